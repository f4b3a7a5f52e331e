import type { LogLevel } from "../context.ts";
import type { Identity } from "./define.ts";
import type { AnyHandlers } from "./handlers.ts";
import { assertSameDevice } from "./identity.ts";

/** What a Thing's driver has opened, and who has answered. */
export class OpenedDriver {
  /** What the latest `open` returned, while that opening lasts. */
  handlers: AnyHandlers | undefined;
  readonly #log: (level: LogLevel, message: string) => void;
  #identity: Identity | undefined;
  #canStop: boolean | undefined;

  constructor(log: (level: LogLevel, message: string) => void) {
    this.#log = log;
  }

  /** Of the latest that answered. */
  get identity(): Identity | undefined {
    return this.#identity;
  }
  /** Whether the driver has a `stop`; undefined before it was ever open. */
  get canStop(): boolean | undefined {
    return this.#canStop;
  }

  opened(handlers: AnyHandlers): void {
    this.handlers = handlers;
    this.#canStop = handlers.stop !== undefined;
  }

  /** Throws `WrongDeviceError` where it is not the one that answered before. */
  identified(identity: Identity): void {
    assertSameDevice(this.#identity, identity, this.#log);
    // As it is now: a driver may change its object later, and by the object nobody would notice.
    this.#identity = { ...identity };
  }
}
