import type { DisconnectedError } from "../errors.ts";
import type { Station } from "./station.ts";

/** Who is on a wire, and who of them is spoken to. */
export class Stations<M> {
  readonly #here = new Set<Station<M>>();
  readonly #gone = new WeakMap<Station<M>, DisconnectedError>();
  #spokenTo: Station<M> | undefined;

  /** Who is spoken to, or was last. */
  get spokenTo(): Station<M> | undefined {
    return this.#spokenTo;
  }

  get none(): boolean {
    return this.#here.size === 0;
  }

  has(station: Station<M>): boolean {
    return this.#here.has(station);
  }

  join(station: Station<M>): void {
    this.#here.add(station);
  }

  /** What it asks from now on fails with `error`. Whether it was there. */
  leave(station: Station<M>, error: DisconnectedError): boolean {
    if (!this.#here.delete(station)) return false;
    this.#gone.set(station, error);
    station.forget();
    return true;
  }

  /** Who they were. */
  leaveAll(error: DisconnectedError): readonly Station<M>[] {
    const all = [...this.#here];
    for (const station of all) this.leave(station, error);
    return all;
  }

  /** Why it may not say anything any more. */
  whyGone(station: Station<M>): DisconnectedError | undefined {
    return this.#gone.get(station);
  }

  /** What another was saying is no beginning of what this one says. */
  speakTo(station: Station<M> | undefined): void {
    if (this.#spokenTo !== station && this.#here.size > 1) station?.forget();
    this.#spokenTo = station;
  }

  /** Who hears what comes: the one that is spoken to, or, while none is waited for, whom it may concern. */
  listening(waitedFor: boolean): readonly Station<M>[] {
    return waitedFor && this.#spokenTo ? [this.#spokenTo] : [...this.#here];
  }

  /** Whether it is the one whose word counts: each message counts once, and what it has kept from before is none. */
  isHeard(station: Station<M>): boolean {
    const [first] = this.#here;
    return this.#here.has(station) && station === (this.#spokenTo ?? first);
  }
}
