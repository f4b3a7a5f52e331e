import type { Clock, Timer } from "../clock.ts";
import type { ThingState } from "./life-options.ts";

interface Parts {
  readonly clock: Clock;
  read(name: string): Promise<unknown>;
  /** A property has been found to be another than before. */
  changed(name: string, value: unknown): void;
}

/** A property that somebody observes, or has observed a moment ago. */
interface Attention {
  readonly everyMs: number;
  /** So many observe it. */
  count: number;
  /** The latest value that is known, as JSON; nobody is told of the first. */
  last: string | undefined;
  /** The series of readings that goes on; none while the device is away, or its driver tells of the property. */
  round: object | undefined;
  timer: Timer | undefined;
  leaving: Timer | undefined;
}

const defaultMs = 1000;
/** After the last has left, for one who asks again and again: what changes in between is told then. */
const lingerMs = 5000;

/** Reads what is observed for as long as that is so, wherever the driver does not tell of changes by itself. */
export class Attended {
  readonly #parts: Parts;
  readonly #all = new Map<string, Attention>();
  /** What the driver has told of in this opening: it will again. */
  readonly #told = new Set<string>();
  #state: ThingState = "closed";

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Returns how to cease, which may be called twice. */
  attend(name: string, everyMs = defaultMs): () => void {
    const one = this.#all.get(name) ?? unknown(everyMs);
    this.#all.set(name, one);
    one.leaving?.cancel();
    one.leaving = undefined;
    one.count++;
    this.#begin(name, one);
    let attends = true;
    return () => {
      if (attends && --one.count === 0) this.#leave(name, one);
      attends = false;
    };
  }

  become(state: ThingState): void {
    this.#state = state;
    if (state === "opening") this.#told.clear();
    for (const [name, one] of this.#all) {
      if (this.#open) this.#begin(name, one);
      else pause(one);
      if (state === "closed" && one.count === 0) this.#drop(name, one);
    }
  }

  /** It has just been given this value, and all were told: what is being read may be from before. */
  known(name: string, value: unknown): void {
    const one = this.#all.get(name);
    if (!one) return;
    one.last = JSON.stringify(value);
    if (!one.round) return;
    pause(one);
    if (this.#told.has(name)) return;
    one.round = {};
    this.#await(name, one);
  }

  /** Its driver tells of it by itself. */
  told(name: string): void {
    this.#told.add(name);
  }

  get #open(): boolean {
    return this.#state === "ready" || this.#state === "quarantined";
  }

  #begin(name: string, one: Attention): void {
    if (one.round || !this.#open || this.#told.has(name)) return;
    one.round = {};
    void this.#look(name, one);
  }

  async #look(name: string, one: Attention): Promise<void> {
    const { round } = one;
    const reading = this.#parts.read(name).then((value) => ({ value, text: JSON.stringify(value) }));
    // One that fails is told to those who ask for it; the next may succeed.
    const taken = await reading.catch(() => undefined);
    if (one.round !== round) return;
    this.#await(name, one);
    if (!taken) return;
    const before = one.last;
    one.last = taken.text;
    if (before !== undefined && before !== taken.text) this.#parts.changed(name, taken.value);
  }

  #await(name: string, one: Attention): void {
    one.timer = this.#parts.clock.after(one.everyMs, () => void this.#look(name, one));
  }

  #leave(name: string, one: Attention): void {
    if (this.#state === "closed") this.#drop(name, one);
    else one.leaving = this.#parts.clock.after(lingerMs, () => this.#drop(name, one));
  }

  #drop(name: string, one: Attention): void {
    pause(one);
    one.leaving?.cancel();
    this.#all.delete(name);
  }
}

const unknown = (everyMs: number): Attention => ({
  ...{ everyMs, count: 0, last: undefined, round: undefined, timer: undefined, leaving: undefined },
});

function pause(one: Attention): void {
  one.round = undefined;
  one.timer?.cancel();
  one.timer = undefined;
}
