import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../clock.ts";
import type { LogLevel } from "../../context.ts";
import { Mail } from "./mail.ts";
import type { Message, Post } from "./message.ts";
import type { NotifierConfig } from "./notifier-config.ts";
import { Outbox } from "./outbox.ts";
import type { Environment } from "./secret.ts";
import { Webhook } from "./webhook.ts";

/** What brings messages to where a notifier says. */
export function postOf({ way }: NotifierConfig, environment: Environment): Post {
  return way.kind === "mail" ? new Mail(way, environment) : new Webhook(way, environment);
}

interface Parts {
  readonly configs: readonly NotifierConfig[];
  readonly environment: Environment;
  /** The process clock. */
  readonly clock: Clock;
  /** What a notifier is to be told of an alarm; undefined when it knows. */
  message(notifier: string, alarm: string): Message | undefined;
  over(notifier: string, alarm: string, message: Message): void;
  log(level: LogLevel, message: string): void;
}

/** Those who tell people, by name. */
export class Notifiers {
  readonly #parts: Parts;
  readonly #all = new Map<string, { readonly config: NotifierConfig; readonly outbox: Outbox }>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.reconfigure(parts.configs);
  }

  get(name: string): Outbox | undefined {
    return this.#all.get(name)?.outbox;
  }

  /** Go by these from now on; what the others had still to tell is told by nobody. */
  reconfigure(configs: readonly NotifierConfig[]): void {
    const before = new Map(this.#all);
    this.#all.clear();
    for (const config of configs) {
      const known = before.get(config.name);
      const goesOn = known && isDeepStrictEqual(known.config, config);
      if (goesOn) before.delete(config.name);
      this.#all.set(config.name, goesOn ? known : { config, outbox: this.#outbox(config) });
    }
    for (const { outbox } of before.values()) outbox.close();
  }

  close(): void {
    for (const { outbox } of this.#all.values()) outbox.close();
  }

  #outbox(config: NotifierConfig): Outbox {
    const { environment, clock, message, over, log } = this.#parts;
    return new Outbox({
      ...{ name: config.name, post: postOf(config, environment), clock, log },
      message: (alarm) => message(config.name, alarm),
      over: (alarm, told) => over(config.name, alarm, told),
    });
  }
}
