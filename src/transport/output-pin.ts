import { assertUnfenced } from "../context.ts";
import { FencedError } from "../errors.ts";
import type { OutputLine, OutputPin } from "./gpio.ts";

/** Who is told what becomes of an open output. */
export interface OutputEvents {
  /** Throws when it may not be set to that level. */
  assertMay(on: boolean): void;
  /** The driver has set it. */
  set(on: boolean): void;
  /** The gateway has. */
  driven(on: boolean): void;
  released(): void;
}

/** An open output, which only work that is not fenced may write. */
export class OpenOutput implements OutputPin {
  readonly #line: OutputLine;
  readonly #name: string;
  readonly #events: OutputEvents;
  #open = true;

  constructor(line: OutputLine, name: string, events: OutputEvents) {
    this.#line = line;
    this.#name = name;
    this.#events = events;
  }

  read(): boolean {
    this.#assertOpen();
    return this.#line.read();
  }

  write(on: boolean): void {
    assertUnfenced();
    this.#assertOpen();
    this.#events.assertMay(on);
    this.#line.write(on);
    this.#events.set(on);
  }

  /** Drive it for the gateway, whatever work is under way. */
  drive(on: boolean): void {
    if (!this.#open) return;
    this.#line.write(on);
    this.#events.driven(on);
  }

  release(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#events.released();
    this.#line.release();
  }

  /** Let it be driven on as it is: its line, for whoever takes it up. */
  leave(): OutputLine {
    this.#open = false;
    return this.#line;
  }

  #assertOpen(): void {
    if (!this.#open) throw new FencedError(`the output ${this.#name} has been released`);
  }
}
