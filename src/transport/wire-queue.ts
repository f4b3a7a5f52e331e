import type { Clock } from "../clock.ts";
import type { WorkKind } from "../context.ts";
import { PortBusyError } from "../errors.ts";

const ranks: Readonly<Record<WorkKind, number>> = { urgent: 0, run: 1, open: 1, write: 2, read: 3, poll: 4 };

/** What waits for the wire: an exchange, or a group of them. */
export interface Turn {
  /** Who asks for it. */
  readonly station: object;
  /** May rise while it waits, when more important work joins it. */
  readonly kind: WorkKind;
  /** The group it belongs to, if it was asked for inside one. */
  readonly group?: object | undefined;
  readonly begin: () => void;
  readonly fail: (error: unknown) => void;
}

const maxTurns = 200;
/** What is less important than a run lets its next exchange pass, but not for longer than this; bench ms. */
const patienceMs = 1000;

/** Turns at the wire: the most important kind first, first come first served within a kind. */
export class WireQueue<T extends Turn> {
  readonly #name: string;
  readonly #clock: Clock;
  #turns: T[] = [];
  /** Bench time since which each waits. */
  readonly #since = new WeakMap<T, number>();

  constructor(name: string, clock: Clock) {
    this.#name = name;
    this.#clock = clock;
  }

  /** Throws when too many wait; what is urgent is always let in. */
  add(turn: T): void {
    if (this.#turns.length >= maxTurns && turn.kind !== "urgent")
      throw new PortBusyError(`${maxTurns} requests wait for the line of ${this.#name} already: ask again later`);
    this.#turns.push(turn);
    this.#since.set(turn, this.#clock.now());
  }

  /** It was taken too early: it is the first of its kind again. */
  putBack(turn: T): void {
    this.#turns.unshift(turn);
  }

  remove(turn: T): void {
    this.#turns = this.#turns.filter((waiting) => waiting !== turn);
  }

  find<Wanted extends T>(wanted: (turn: T) => turn is Wanted): Wanted | undefined {
    return this.#turns.find(wanted);
  }

  /** Take the next turn; while a group holds the wire, only turns of that group come. */
  next(holder: object | undefined): T | undefined {
    const first = this.#first(holder);
    if (first) this.remove(first);
    return first;
  }

  /** What the next turn is for, if there is one. */
  nextKind(holder: object | undefined): WorkKind | undefined {
    return this.#first(holder)?.kind;
  }

  /** Whether the next turn would let a run pass that asks again at once. */
  yields(holder: object | undefined): boolean {
    const first = this.#first(holder);
    if (!first || ranks[first.kind] <= ranks.run) return false;
    return this.#clock.now() - (this.#since.get(first) ?? 0) < patienceMs;
  }

  #first(holder: object | undefined): T | undefined {
    let first: T | undefined;
    for (const turn of this.#turns) {
      if (holder && turn.group !== holder) continue;
      if (!first || ranks[turn.kind] < ranks[first.kind]) first = turn;
    }
    return first;
  }

  /** Take all, or all of one station. */
  drain(station?: object): readonly T[] {
    const taken = this.#turns.filter((turn) => station === undefined || turn.station === station);
    this.#turns = this.#turns.filter((turn) => !taken.includes(turn));
    return taken;
  }
}

/** The more important of two kinds of work. */
export const moreUrgent = (a: WorkKind, b: WorkKind): WorkKind => (ranks[b] < ranks[a] ? b : a);
