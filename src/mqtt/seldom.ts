import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";

interface SeldomOptions {
  /** The process clock. */
  readonly clock: Clock;
  log(level: LogLevel, message: string): void;
}

const everyMs = 60_000;

/** Warns of what whoever publishes can cause as often as he likes: at once, and then once a minute, with how often it was. */
export class Seldom {
  readonly #options: SeldomOptions;
  #count = 0;
  #warned = Number.NEGATIVE_INFINITY;

  constructor(options: SeldomOptions) {
    this.#options = options;
  }

  warn(message: (count: number) => string): void {
    const { clock, log } = this.#options;
    this.#count++;
    if (clock.now() - this.#warned < everyMs) return;
    this.#warned = clock.now();
    log("warning", message(this.#count));
  }
}
