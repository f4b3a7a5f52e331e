import type { Timer } from "./clock.ts";
import { DiscreteClock, settled } from "./discrete-clock.ts";

/** How far behind the pace time may fall, in real milliseconds, before the pace starts afresh instead of catching up. */
const patienceMs = 250;

/**
 * Simulated time at up to `scale` times real time. The timers fire in order, one by one; on a machine that cannot keep
 * up, time lags: it never skips.
 */
export class PacedClock extends DiscreteClock {
  readonly scale: number;
  #startedAt = performance.now();
  #startedFrom = 0;
  /** `idle`: no timer is set; `resting`: the next one is not due yet; `firing`: time stands where the last one put it. */
  #mode: "idle" | "resting" | "firing" | "stopped" = "idle";
  #alarm: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  constructor(scale: number) {
    super();
    this.scale = scale;
  }

  override now(): number {
    if (this.#mode === "firing" || this.#mode === "stopped") return this.time;
    // It may be asked from outside at any time, but never passes a timer that has not fired.
    const due = this.nextDue() ?? Number.POSITIVE_INFINITY;
    return Math.max(this.time, Math.min(due, this.#pace()));
  }

  override after(ms: number, run: () => void): Timer {
    // All that is set in one go from outside starts at one time.
    this.time = this.now();
    const timer = super.after(ms, run);
    if (this.#mode === "idle") void this.#pump();
    else if (this.#mode === "resting") this.#interrupt();
    return timer;
  }

  /** Let no more time pass. */
  stop(): void {
    const { time } = this;
    this.#interrupt();
    this.#mode = "stopped";
    this.time = time;
  }

  async #pump(): Promise<void> {
    this.#mode = "firing";
    await settled();
    for (let due = this.nextDue(); due !== undefined && this.#mode === "firing"; due = this.nextDue()) {
      const aheadMs = (due - this.#pace()) / this.scale;
      if (aheadMs > 0) await this.#rest(aheadMs);
      else {
        if (aheadMs < -patienceMs) this.#startAfresh(due);
        await this.step();
      }
    }
    if (this.#mode === "firing") this.#mode = "idle";
  }

  #pace(): number {
    return this.#startedFrom + (performance.now() - this.#startedAt) * this.scale;
  }

  #startAfresh(from: number): void {
    this.#startedAt = performance.now();
    this.#startedFrom = from;
  }

  /** Ends when the next timer is due, or when an earlier one was set. */
  async #rest(ms: number): Promise<void> {
    this.#mode = "resting";
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#alarm = setTimeout(() => this.#interrupt(), Math.min(ms, 2 ** 31 - 1));
    });
    await settled();
  }

  #interrupt(): void {
    if (this.#mode !== "resting") return;
    clearTimeout(this.#alarm);
    this.time = this.now();
    this.#mode = "firing";
    this.#wake?.();
  }
}
