import type { Clock } from "../clock.ts";
import { type Span, Spans } from "./spans.ts";

/** What an invocation may be at beside its work: it waits for its turn at a wire, or for somebody, or it is to end. */
export type Beside = "wire" | "prompt" | "cancel";

/** A wire is waited for all the time; only what one would see is kept. */
const leastMs: Readonly<Record<Beside, number>> = { wire: 10, prompt: 0, cancel: 0 };
const maxSpans = 32;

/**
 * When an invocation was asked for, began and ended, and what it was at meanwhile: by the process clock, as nobody turns
 * that back. It costs nothing while nothing waits.
 */
export class Trace {
  readonly requested: number;
  #started: number | undefined;
  #ended: number | undefined;
  readonly #clock: Clock;
  #spans: Partial<Record<Beside, Spans>> | undefined;

  /** `waitedMs`: it was asked for so long ago. */
  constructor(clock: Clock, waitedMs = 0) {
    this.#clock = clock;
    this.requested = clock.now() - waitedMs;
  }

  get started(): number | undefined {
    return this.#started;
  }
  get ended(): number | undefined {
    return this.#ended;
  }
  get waitedMs(): number | undefined {
    const until = this.#started ?? this.#ended;
    return until === undefined ? undefined : until - this.requested;
  }
  get ranMs(): number | undefined {
    return this.#started === undefined || this.#ended === undefined ? undefined : this.#ended - this.#started;
  }

  start(): void {
    this.#started = this.#clock.now();
  }

  end(): void {
    this.#ended = this.#clock.now();
  }

  /** From now on it is at that; as often as it is begun it has to be over. */
  begin(what: Beside): void {
    this.#spans ??= {};
    this.#spans[what] ??= new Spans({ leastMs: leastMs[what], max: maxSpans });
    this.#spans[what].begin(this.#clock.now());
  }

  over(what: Beside): void {
    this.#spans?.[what]?.end(this.#clock.now());
  }

  /** When it was at that, within its time. */
  spans(what: Beside): readonly Span[] {
    const end = this.#ended;
    const spans = this.#spans?.[what]?.at(end ?? this.#clock.now()) ?? [];
    // What was cut off may wait on when it is over.
    if (end === undefined) return spans;
    return spans.filter(({ from }) => from <= end).map(({ from, to = end }) => ({ from, to: Math.min(to, end) }));
  }
}
