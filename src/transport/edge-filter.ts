import type { Clock, Timer } from "../clock.ts";
import { DisconnectedError } from "../errors.ts";
import { type Debounced, debounced } from "./debounce.ts";
import type { InputListener } from "./gpio.ts";

/** So many edges in one window, 2000 a second, are ten times what a flow meter gives: beyond is a storm. */
const maxEdges = 200;
const windowMs = 100;
/** A storm that begins again within this time is the same one, and has been told. */
const calmMs = 10_000;

/** Where edges come from. Levels are logical. */
export interface EdgeSource {
  /** The level of the contact now. */
  read(): boolean;
  /** No edges are wanted until `resume`: for a source that pays for each of them. */
  pause?(): void;
  resume?(): void;
}

export interface EdgeFilterOptions {
  readonly clock: Clock;
  /** How people call the line. */
  readonly name: string;
  readonly source: EdgeSource;
  /** Bounce that is still to be taken away; milliseconds. */
  readonly debounceMs: number;
}

/**
 * What every input has between its line and those who watch it: bounce is taken away, and a storm of edges is cut to
 * what can be borne. When edges have been left out the level is read, so that the last word is always right.
 */
export class EdgeFilter {
  readonly #options: EdgeFilterOptions;
  readonly #debounced: Debounced | undefined;
  #listener: InputListener | undefined;
  #level: boolean;
  #windowStart = Number.NEGATIVE_INFINITY;
  #inWindow = 0;
  #missed = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  /** Edges from before this time are included in a level that has been read since. */
  #synced = Number.NEGATIVE_INFINITY;
  #stormy = Number.NEGATIVE_INFINITY;
  #held: Timer | undefined;

  constructor(options: EdgeFilterOptions) {
    const { clock, source, debounceMs } = options;
    this.#options = options;
    this.#level = source.read();
    if (debounceMs > 0) this.#debounced = debounced(clock, debounceMs, this.#level);
    this.#debounced?.watch((edge) => this.#listener?.changed(edge));
  }

  /** The level without bounce. */
  get level(): boolean {
    return this.#debounced ? this.#debounced.level : this.#options.source.read();
  }

  /** Edges are being left out for now: whoever can tell how many there are need not look at each. */
  get holding(): boolean {
    return this.#held !== undefined;
  }

  watch(listener: InputListener): void {
    this.#listener = listener;
  }

  /** The contact has changed to `level`, after `missed` more changes that nobody has seen. */
  edge(level: boolean, at: number = this.#options.clock.now(), missed = 0): void {
    if (this.#held || at < this.#synced) {
      this.skip(1 + missed);
      return;
    }
    const now = this.#options.clock.now();
    if (now - this.#windowStart >= windowMs) {
      this.#windowStart = now;
      this.#inWindow = 0;
    }
    if (++this.#inWindow > maxEdges) {
      this.skip(1 + missed);
      this.#hold(now);
    } else this.#pass(level, at, missed);
  }

  /** So many edges are known to have been, and to have been left out. */
  skip(count: number): void {
    this.#missed += count;
  }

  /** Whatever has been missed, this is how it stands. */
  sync(): void {
    try {
      const level = this.#options.source.read();
      this.#synced = this.#options.clock.now();
      if (this.#debounced || level !== this.#level) this.#pass(level, this.#synced, 0);
    } catch (cause) {
      this.lose(cause);
    }
  }

  /** The line cannot be read any more. */
  lose(cause: unknown): void {
    this.stop();
    this.#listener?.lost(new DisconnectedError(`${this.#options.name} is gone: is its chip still there?`, { cause }));
  }

  stop(): void {
    this.#held?.cancel();
    this.#debounced?.stop();
  }

  #pass(level: boolean, at: number, missed: number): void {
    const lost = this.#missed + missed;
    this.#debounced?.changed(level);
    if (this.#debounced || (level === this.#level && lost === 0)) return;
    this.#missed = 0;
    this.#level = level;
    // The clocks of the kernel and of the bench may differ by a hair: what comes later was not before.
    this.#toldAt = Math.max(at, this.#toldAt);
    this.#listener?.changed({ rising: level, at: this.#toldAt, ...(lost > 0 && { missed: lost }) });
  }

  #hold(now: number): void {
    const { clock, source, name } = this.#options;
    source.pause?.();
    // As long as edges come, and are not looked at, the contact has not settled.
    this.#debounced?.changed(this.#debounced.level);
    this.#held = clock.after(this.#windowStart + windowMs - now, () => this.#goOn());
    if (now - this.#stormy > calmMs) {
      const rate = (maxEdges * 1000) / windowMs;
      this.#listener?.warn(
        `more than ${rate} edges a second on ${name}, some are left out: look for a loose wire or a missing pull, or set debounceMs`,
      );
    }
    this.#stormy = now;
  }

  #goOn(): void {
    const { clock, source } = this.#options;
    this.#held = undefined;
    this.#windowStart = clock.now();
    this.#stormy = this.#windowStart;
    this.#inWindow = 0;
    source.resume?.();
    this.sync();
  }
}
