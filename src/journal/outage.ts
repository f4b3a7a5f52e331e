import type { Clock, Timer } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { StorageError } from "../errors.ts";
import { codeOf } from "./database.ts";
import type { HistoryBounds } from "./history-bounds.ts";

interface Options {
  /** Asked each time. */
  whenFull(): HistoryBounds["whenFull"];
  readonly clock: Clock;
  log(level: LogLevel, message: string): void;
  /** Try once more. */
  retry(): void;
}

/** How soon writing is tried again after it has failed; milliseconds. */
const retryMs = 2000;
/** Somebody else writes to the database at the moment. */
const busyMs = 50;

/** The time during which nothing can be written: said once, tried again and again, over by itself. */
export class Outage {
  readonly #options: Options;
  #error: Error | undefined;
  #timer: Timer | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Why nothing can be written; undefined when all is well. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Throws `StorageError` while it lasts, if what is not recorded is not to be started. */
  assertTakes(): void {
    if (!this.#error || this.#options.whenFull() === "run") return;
    throw new StorageError(`nothing new is started while the history cannot be written: ${this.#error.message}`);
  }

  failed(error: Error): void {
    const { clock, log, whenFull, retry } = this.#options;
    if (!this.#error) {
      const policy = whenFull() === "refuse" ? "nothing new is started" : "what is started now may be lost";
      log("error", `the history cannot be written: ${error.message}; until it can, ${policy}`);
    }
    this.#error = error;
    this.#timer?.cancel();
    this.#timer = clock.after(codeOf(error).startsWith("SQLITE_BUSY") ? busyMs : retryMs, retry);
  }

  succeeded(): void {
    if (!this.#error) return;
    this.#options.log("info", "the history can be written again");
    this.#error = undefined;
    this.close();
  }

  close(): void {
    this.#timer?.cancel();
  }
}
