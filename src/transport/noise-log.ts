import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";

const everyMs = 1000;

/** Logs what comes unasked, at most one line a second, so that a noisy line does not fill the log. */
export class NoiseLog {
  readonly #clock: Clock;
  readonly #log: (level: LogLevel, message: string) => void;
  readonly #level: LogLevel;
  #last = Number.NEGATIVE_INFINITY;
  #unsaid = 0;

  constructor(clock: Clock, log: (level: LogLevel, message: string) => void, level: LogLevel = "warning") {
    this.#clock = clock;
    this.#log = log;
    this.#level = level;
  }

  note(message: string): void {
    const now = this.#clock.now();
    if (now - this.#last < everyMs) {
      this.#unsaid++;
      return;
    }
    this.#log(this.#level, this.#unsaid > 0 ? `${message} (and ${this.#unsaid} like this before it)` : message);
    this.#last = now;
    this.#unsaid = 0;
  }
}
