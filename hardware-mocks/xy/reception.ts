import type { Clock } from "benchd/testing";

/** What the controller holds of what it has not read yet; `serial.h`. */
const bufferBytes = 128;

/** The receiving end of the controller: what is lost, what is obeyed at once, and what waits to be read. */
export class Reception {
  /** The program reads no line: it homes, waits for room in the planner, or for a reset. */
  busy = false;
  readonly #clock: Clock;
  readonly #obey: (byte: number) => boolean;
  #deafUntil = Number.NEGATIVE_INFINITY;
  #unread = "";

  constructor(clock: Clock, obey: (byte: number) => boolean) {
    this.#clock = clock;
    this.#obey = obey;
  }

  /** Hear nothing for a while, not even real-time commands: it boots, or writes to its EEPROM. */
  deafen(ms: number): void {
    this.#deafUntil = this.#clock.now() + ms;
  }

  /** Take a byte; false: it is a part of a line that is read now. */
  take(byte: number): boolean {
    if (this.#clock.now() < this.#deafUntil || this.#obey(byte)) return true;
    if (!this.busy && this.#unread === "") return false;
    // What does not fit is lost, be it the end of a line.
    if (this.#unread.length < bufferBytes) this.#unread += String.fromCharCode(byte);
    return true;
  }

  /** The next line that has waited, if there is one and the program reads. */
  next(): string | undefined {
    const end = this.busy ? -1 : this.#unread.indexOf("\n");
    if (end < 0) return undefined;
    const line = this.#unread.slice(0, end);
    this.#unread = this.#unread.slice(end + 1);
    return line;
  }

  get free(): number {
    return bufferBytes - this.#unread.length;
  }

  clear(): void {
    this.#unread = "";
  }
}
