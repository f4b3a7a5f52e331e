import { realClock, type Timer } from "../clock.ts";
import { DeviceTimeoutError } from "../errors.ts";
import { onTheWayMs } from "./exchange-under-way.ts";

const defaultTimeoutMs = 5000;

/** What was handed to the system and has not been taken: each write settles, at the latest when the stream ends. */
export class Writing {
  readonly #baudRate: number;
  readonly #timeoutMs: number;
  readonly #stuck: (error: Error) => void;
  readonly #pending = new Set<(reason: Error) => void>();
  #bytes = 0;
  #timer: Timer | undefined;

  /** `stuck` is told when nothing has been taken for `timeoutMs`, and the time that what waits needs on the line. */
  constructor(baudRate: number, timeoutMs: number | undefined, stuck: (error: Error) => void) {
    this.#baudRate = baudRate;
    this.#timeoutMs = timeoutMs ?? defaultTimeoutMs;
    this.#stuck = stuck;
  }

  get pending(): boolean {
    return this.#pending.size > 0;
  }

  /** `begin` hands the bytes on, and tells when they have been taken. */
  run(bytes: Uint8Array, begin: (taken: (error?: Error | null) => void) => void, gone: (cause: Error) => Error) {
    return new Promise<void>((resolve, reject) => {
      this.#pending.add(reject);
      this.#bytes += bytes.length;
      begin((error) => {
        if (!this.#pending.delete(reject)) return;
        this.#bytes -= bytes.length;
        this.#watch();
        if (error) reject(gone(error));
        else resolve();
      });
      // Most of what is written is taken at once, and nothing has to be watched.
      if (this.#pending.has(reject)) this.#watch();
    });
  }

  /** Everything that waits fails with that. */
  fail(error: Error): void {
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
    this.#timer?.cancel();
  }

  #watch(): void {
    this.#timer?.cancel();
    if (this.#pending.size === 0) return;
    const allowedMs = this.#timeoutMs + onTheWayMs({ length: this.#bytes }, this.#baudRate);
    this.#timer = realClock.after(allowedMs, () =>
      this.#stuck(
        new DeviceTimeoutError(
          `it has taken nothing for ${Math.round(allowedMs)} ms: check its flow control, and what holds its line`,
          { outcome: "unknown" },
        ),
      ),
    );
  }
}
