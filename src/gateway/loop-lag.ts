import type { Clock, Timer } from "../clock.ts";
import { Histogram } from "../histogram.ts";
import type { Probe } from "./health.ts";
import { type Metric, spreads } from "./metric.ts";

const beatMs = 50;
/** A timer is never quite on time. */
const usualMs = 2;
const keptMs = 60_000;
/** Over so long it is judged, */
const judgedMs = 10_000;
/** and found to fail when so much of it went by with the loop held up: a busy machine alone is no reason to end it. */
const lostShare = 0.8;
/** Later than that are only so many beats of a minute. */
const maxKept = keptMs / beatMs;
/** Seconds. */
const bounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

/** A beat that came late. */
interface Late {
  readonly at: number;
  readonly ms: number;
}

/**
 * Something that computes for long holds up everything: replies, deadlines, stops. A single hold-up shows as a figure;
 * the probe fails when the loop is held up most of the time. Not by Node's own histogram: that does not see what follows
 * upon its being read.
 */
export class LoopLag implements Probe {
  readonly name = "event loop";
  readonly #clock: Clock;
  readonly #lateness = new Histogram(bounds);
  #late: Late[] = [];
  #due = 0;
  #timer: Timer;

  /** The process clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timer = this.#next();
  }

  /** The longest that something had to wait for the loop in the last minute; milliseconds. */
  get maxMs(): number {
    return Math.max(0, ...this.#since(keptMs).map(({ ms }) => ms));
  }

  /** How late something was that is due every 50 ms. */
  metrics(): readonly Metric[] {
    const all = [{ histogram: this.#lateness }];
    return [spreads("benchd_event_loop_lateness_seconds", "How late something was that is due every 50 ms", all)];
  }

  figures(): Readonly<Record<string, number>> {
    return { lagMs: Math.round(this.maxMs) };
  }

  check(): string | undefined {
    const lostMs = this.#since(judgedMs).reduce((sum, { ms }) => sum + ms, 0);
    if (lostMs < lostShare * judgedMs) return undefined;
    const seconds = (ms: number) => (ms / 1000).toFixed(1);
    return `it was held up for ${seconds(lostMs)} s within the last ${seconds(judgedMs)} s: something computes for too long`;
  }

  stop(): void {
    this.#timer.cancel();
  }

  #next(): Timer {
    this.#due = this.#clock.now() + beatMs;
    return this.#clock.after(beatMs, () => this.#beat());
  }

  #beat(): void {
    const at = this.#clock.now();
    const ms = at - this.#due;
    this.#lateness.observe(Math.max(0, ms) / 1000);
    if (ms > usualMs) {
      this.#late = this.#since(keptMs).slice(1 - maxKept);
      this.#late.push({ at, ms });
    }
    this.#timer = this.#next();
  }

  #since(ms: number): Late[] {
    const from = this.#clock.now() - ms;
    return this.#late.filter(({ at }) => at > from);
  }
}
