import type { Clock, Timer } from "../../clock.ts";
import type { Thing } from "../../thing/thing.ts";
import { keyOf, Source } from "./source.ts";

/** A moment by both clocks. */
export interface Instant {
  /** Milliseconds of bench time. */
  readonly bench: number;
  /** RFC 3339. */
  readonly wall: string;
}

export const instantOf = (clock: Clock): Instant => ({ bench: clock.now(), wall: new Date().toISOString() });

/** Who wants to know, each time. */
export interface Sampled {
  readonly sources: readonly Source[];
  /** What its sources say, which were asked at that time. */
  take(at: Instant): void;
  /** It was not asked so many times. */
  missed(times: number, at: Instant): void;
  /** The machine was suspended for so long; milliseconds. */
  suspended(ms: number, at: Instant): void;
}

interface Clocks {
  /** The bench clock. */
  readonly clock: Clock;
  /** For how long the machine has been suspended since some moment; milliseconds. */
  suspendedMs(): number;
}

/** What is shorter may be how clocks are read. */
const minSuspendedMs = 1000;

/** Timers of Node fire up to a millisecond early. */
const inexactMs = 2;

/** Sources that were asked at the same time, until all have answered. */
interface Round {
  readonly at: Instant;
  readonly of: readonly Sampled[];
  readonly waiting: Set<Source>;
}

/**
 * Asks in one rhythm for all recordings that have the same: each property once, whoever wants it. What has not answered
 * when it is time again is told as such. Nothing is caught up with.
 */
export class Beat {
  readonly #everyMs: number;
  readonly #clock: Clock;
  readonly #suspendedMs: () => number;
  readonly #sources = new Map<string, Source>();
  readonly #all = new Set<Sampled>();
  #rounds: Round[] = [];
  #due = 0;
  /** At the latest tick. */
  #suspended = 0;
  #timer: Timer | undefined;

  constructor(everyMs: number, { clock, suspendedMs }: Clocks) {
    this.#everyMs = everyMs;
    this.#clock = clock;
    this.#suspendedMs = suspendedMs;
  }

  get isIdle(): boolean {
    return this.#all.size === 0;
  }

  /** The property as it is asked for in this rhythm; to be given back by `leave`. */
  source(thing: Thing, property: string): Source {
    const key = keyOf({ thing: thing.name, property });
    const source = this.#sources.get(key) ?? new Source(thing, property);
    this.#sources.set(key, source);
    source.count++;
    return source;
  }

  /** It is asked at once for the first time. */
  join(sampled: Sampled): void {
    this.#all.add(sampled);
    if (this.#timer === undefined) {
      this.#due = this.#clock.now() + this.#everyMs;
      this.#suspended = this.#suspendedMs();
      this.#arm();
    }
    this.#ask([sampled]);
  }

  leave(sampled: Sampled): void {
    if (!this.#all.delete(sampled)) return;
    for (const source of sampled.sources)
      if (--source.count === 0) this.#sources.delete(keyOf({ thing: source.thing.name, property: source.property }));
    if (!this.isIdle) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer = this.#clock.after(this.#due - this.#clock.now(), () => this.#tick());
  }

  #tick(): void {
    for (const round of this.#rounds) this.#end(round);
    this.#rounds = [];
    const now = this.#clock.now();
    // Timers of Node fire up to a millisecond early: that is this time all the same.
    const missed = Math.max(0, Math.floor((now - this.#due) / this.#everyMs));
    this.#due += (missed + 1) * this.#everyMs;
    this.#arm();
    this.#lookForSleep();
    if (missed > 0) for (const one of [...this.#all]) one.missed(missed, instantOf(this.#clock));
    this.#ask([...this.#all]);
  }

  /** Nothing is late by that: the bench clock has stood still. */
  #lookForSleep(): void {
    const before = this.#suspended;
    this.#suspended = this.#suspendedMs();
    const ms = this.#suspended - before;
    if (ms >= minSuspendedMs) for (const one of [...this.#all]) one.suspended(ms, instantOf(this.#clock));
  }

  #ask(of: readonly Sampled[]): void {
    const waiting = new Set(of.flatMap(({ sources }) => sources));
    const round = { at: instantOf(this.#clock), of, waiting };
    this.#rounds.push(round);
    // What is being read from before is as good, once it is there.
    for (const source of waiting) if (!source.pending) void this.#read(source);
  }

  async #read(source: Source): Promise<void> {
    source.pending = true;
    const { news } = source;
    try {
      // As young as it has to be, and no value counts twice.
      const value = await source.thing.sample(source.property, this.#everyMs / 2);
      if (source.news === news) source.became(value);
    } catch (error) {
      if (source.news === news) source.missed(error);
    }
    source.pending = false;
    for (const round of this.#rounds) {
      round.waiting.delete(source);
      if (round.waiting.size === 0) this.#end(round);
    }
    this.#rounds = this.#rounds.filter(({ waiting }) => waiting.size > 0);
  }

  #end({ at, of, waiting }: Round): void {
    for (const source of waiting) source.missed(`it was not read within ${this.#waitedMs(at) / 1000} s`);
    for (const sampled of of) if (this.#all.has(sampled)) sampled.take(at);
  }

  /** Who has joined between two times is asked anew at the next one already; else it is the rhythm, as timers are never exact. */
  #waitedMs({ bench }: Instant): number {
    const ms = Math.round(this.#clock.now() - bench);
    return ms < this.#everyMs - inexactMs ? ms : this.#everyMs;
  }
}
