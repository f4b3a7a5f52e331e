import type { Clock } from "benchd/testing";

/** What flows when a valve is open; mL/min. */
const supply = 300;

/** The one pipe of the bench, from a tap: it flows while any of the valves in it is open. Nothing ticks. */
export class Pipe {
  readonly #clock: Clock;
  readonly #flows = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #volume = 0;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  /** mL/min. */
  get flow(): number {
    return Math.max(0, ...this.#flows.values());
  }

  /** What has passed since the beginning; mL. */
  passed(): number {
    const now = this.#clock.now();
    this.#volume += (this.flow * (now - this.#at)) / 60_000;
    this.#at = now;
    return this.#volume;
  }

  /** A valve opens or closes; `flow` is what it lets through, in mL/min. */
  set(valve: string, open: boolean, flow = supply): void {
    this.passed();
    this.#flows.set(valve, open ? flow : 0);
    for (const changed of this.#listeners) changed();
  }

  /** Returns how to stop that. */
  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }
}

/** The pipe of a bench: what its twins `share`. */
export const pipe = (clock: Clock): Pipe => new Pipe(clock);
