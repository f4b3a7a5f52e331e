import { assertUnfenced } from "../context.ts";
import { FencedError } from "../errors.ts";
import type { OutputLine, OutputPin } from "./gpio.ts";

/** An open output, which only work that is not fenced may write. */
export class OpenOutput implements OutputPin {
  readonly #line: OutputLine;
  readonly #name: string;
  readonly #released: () => void;
  #open = true;

  constructor(line: OutputLine, name: string, released: () => void) {
    this.#line = line;
    this.#name = name;
    this.#released = released;
  }

  read(): boolean {
    this.#assertOpen();
    return this.#line.read();
  }

  write(on: boolean): void {
    assertUnfenced();
    this.#assertOpen();
    this.#line.write(on);
  }

  /** Drive it for the gateway, whatever work is under way. */
  drive(on: boolean): void {
    if (this.#open) this.#line.write(on);
  }

  release(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#line.release();
    this.#released();
  }

  #assertOpen(): void {
    if (!this.#open) throw new FencedError(`the output ${this.#name} has been released`);
  }
}
