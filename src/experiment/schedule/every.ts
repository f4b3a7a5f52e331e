import type { Clock, Timer } from "../../clock.ts";
import { formatDuration } from "../../duration.ts";
import { type Beat, latestMs, lookMs, type Moment } from "./beat.ts";

interface Options {
  readonly everyMs: number;
  /** The bench clock. */
  readonly clock: Clock;
}

/** Every so often from its beginning on, whatever the wall clock says. What was missed is left out, and the pace is kept. */
export class Every implements Beat {
  readonly waitsFor = undefined;
  readonly #options: Options;
  #dueAt: number | undefined;
  #timer: Timer | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  begin(come: (moment: Moment) => void): void {
    const { clock, everyMs } = this.#options;
    this.#dueAt = clock.now() + everyMs;
    this.#await(come);
  }

  end(): void {
    this.#timer?.cancel();
    this.#dueAt = undefined;
  }

  nextInMs(): number | undefined {
    return this.#dueAt === undefined ? undefined : Math.max(0, this.#dueAt - this.#options.clock.now());
  }

  #await(come: (moment: Moment) => void): void {
    this.#timer = this.#options.clock.after(Math.min(lookMs, this.nextInMs() ?? 0), () => this.#look(come));
  }

  #look(come: (moment: Moment) => void): void {
    const { clock, everyMs } = this.#options;
    if (this.#dueAt === undefined) return;
    const lateMs = clock.now() - this.#dueAt;
    if (lateMs >= 0) this.#dueAt += everyMs * (Math.floor(lateMs / everyMs) + 1);
    this.#await(come);
    if (lateMs < 0) return;
    const late = lateMs > Math.min(latestMs, everyMs / 2);
    come({ missed: late ? `it was noticed ${formatDuration(lateMs)} late` : undefined });
  }
}
