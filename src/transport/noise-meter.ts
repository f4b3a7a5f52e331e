import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";

const windowMs = 1000;
/** So many bytes in a second that nobody asked for are no accident. */
const tooMany = 2048;
/** How long a line counts as noisy after that. */
const lastsMs = 10_000;

/** Whether a line is flooded with what nobody can use. */
export class NoiseMeter {
  readonly #clock: Clock;
  readonly #log: (level: LogLevel, message: string) => void;
  #since = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  #noisyUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, log: (level: LogLevel, message: string) => void) {
    this.#clock = clock;
    this.#log = log;
  }

  get noisy(): boolean {
    return this.#clock.now() < this.#noisyUntil;
  }

  note(bytes: number): void {
    const now = this.#clock.now();
    if (now - this.#since >= windowMs) {
      this.#since = now;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    if (this.#bytes < tooMany) return;
    if (!this.noisy)
      this.#log(
        "warning",
        "the line is noisy: check its baud rate, its ground and its termination, and who else sends",
      );
    this.#noisyUntil = now + lastsMs;
  }
}
