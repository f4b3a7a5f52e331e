import { AsyncResource } from "node:async_hooks";
import { isDeepStrictEqual } from "node:util";
import { bounded } from "../bounded.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Thing } from "../thing/thing.ts";

/** What is known of the value that an interlock watches. */
export interface Condition {
  readonly state: "met" | "violated" | "unknown";
  /** In words, unless it is met. */
  readonly why: string;
  /** Null when it is not known. */
  readonly value: unknown;
}

export interface WatchOptions {
  readonly thing: Thing;
  readonly property: string;
  /** The value that is in order. */
  readonly equals: unknown;
  readonly pollMs: number;
  readonly maxAgeMs: number;
  readonly clock: Clock;
  /** Told of every reading, and when there was none for too long. */
  judged(condition: Condition): void;
}

const startPatienceMs = 2000;
/** A Thing that has news at every reading is not read without a pause. */
const pauseMs = 10;
const unread: Condition = { state: "unknown", why: "it has not been read yet", value: null };

/** Reads a property over and over, and at once when its Thing has news; a reading that fails or is late leaves it unknown. */
export class InterlockWatch {
  readonly #options: WatchOptions;
  #condition = unread;
  /** The reading that is under way. */
  #looking: Promise<void> | undefined;
  /** What others have read a moment ago is as good, as long as nothing has happened since. */
  #sharesMs = 0;
  /** Something has happened since that reading was begun. */
  #again = false;
  #next: Timer | undefined;
  #late: Timer | undefined;
  #leave: (() => void) | undefined;
  /** When it is told that a reading is late; bench time. */
  #lateAt = 0;
  #paused = false;
  #ended = false;

  /**
   * `before` has watched the same through another opening: what it has read last counts for as long as it would have.
   * `expected` is one that takes the place of another: it has to be read in time, also where its Thing takes long to open.
   */
  constructor(options: WatchOptions, before?: InterlockWatch, expected = false) {
    this.#options = options;
    if (expected && !before) this.#expect();
    if (!before) return;
    this.#condition = before.#condition;
    before.end();
    if (before.#late) this.#expect(Math.max(0, before.#lateAt - options.clock.now()));
  }

  get condition(): Condition {
    return this.#condition;
  }

  /** Begin; resolves when it has been read once, or after 2 s: a start is not kept waiting for long. */
  async begin(): Promise<void> {
    // News come in the context of whatever work caused them, which this reading is no part of.
    const heard = AsyncResource.bind(() => {
      this.#sharesMs = 0;
      void this.#look();
    });
    this.#leave = this.#options.thing.observe(() => heard());
    if (!this.#late) this.#expect();
    await this.#inTime(this.#look(), Math.min(startPatienceMs, this.#options.maxAgeMs));
  }

  /** What it is now, by a reading that begins now; `unknown` when that takes too long. */
  async look(): Promise<Condition> {
    await this.#inTime(
      Promise.resolve(this.#looking).then(() => {
        this.#sharesMs = 0;
        return this.#look();
      }),
      this.#options.maxAgeMs,
    );
    return this.#condition;
  }

  /** Its Thing is about to be closed: read it no more. What was read last counts until it is too old. */
  pause(): void {
    this.#paused = true;
    this.#leave?.();
    this.#next?.cancel();
  }

  end(): void {
    this.#ended = true;
    this.#leave?.();
    this.#next?.cancel();
    this.#late?.cancel();
  }

  /** What is late is told as such by the timer that expects it. */
  #inTime(look: Promise<void>, ms: number): Promise<void> {
    return bounded(this.#options.clock, ms, look).catch(() => {});
  }

  #look(): Promise<void> {
    if (this.#looking) this.#again = true;
    else {
      this.#next?.cancel();
      this.#again = false;
      this.#looking = this.#read();
    }
    return this.#looking;
  }

  async #read(): Promise<void> {
    const { thing, property, equals, pollMs, clock } = this.#options;
    // Not at once: its Thing may have news in the course of the very call that begins the reading.
    await undefined;
    const sharesMs = this.#sharesMs;
    this.#sharesMs = pollMs;
    try {
      const value = await thing.read(property, sharesMs);
      if (this.#ended) return;
      this.#expect();
      const met = isDeepStrictEqual(value, equals);
      const why = met ? "" : `${thing.name}.${property} is ${short(value)}, not ${short(equals)}`;
      this.#judge({ state: met ? "met" : "violated", why, value });
    } catch (error) {
      if (this.#paused) return;
      const why = (error instanceof Error ? error.message : String(error)).slice(0, maxWords);
      this.#judge({ state: "unknown", why: `${thing.name}.${property} cannot be read: ${why}`, value: null });
    } finally {
      this.#looking = undefined;
      const waitMs = this.#again ? pauseMs : pollMs;
      if (!this.#ended && !this.#paused) this.#next = clock.after(waitMs, () => void this.#look());
    }
  }

  /** From now on the next reading has to be there in time. */
  #expect(withinMs = this.#options.maxAgeMs): void {
    const { clock, maxAgeMs, thing, property } = this.#options;
    this.#late?.cancel();
    this.#lateAt = clock.now() + withinMs;
    this.#late = clock.after(withinMs, () => {
      const why = `${thing.name}.${property} has not been read for ${maxAgeMs / 1000} s`;
      this.#judge({ state: "unknown", why, value: null });
    });
  }

  #judge(condition: Condition): void {
    if (this.#ended) return;
    this.#condition = condition;
    this.#options.judged(condition);
  }
}

/** Values may be of any size, and so may what a driver throws; reasons are kept, logged and shown. */
const maxWords = 300;
const short = (value: unknown) => (JSON.stringify(value) ?? "nothing").slice(0, maxWords);
