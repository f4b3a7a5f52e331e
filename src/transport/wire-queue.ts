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
  begin(): void;
  fail(error: unknown): void;
}

interface Waiting<T extends Turn> {
  readonly turn: T;
  readonly since: number;
}

const maxTurns = 200;
/** What is less important than a run lets its next exchange pass, but not for longer than this; bench ms. */
const patienceMs = 1000;

/** Turns at the wire: the most important kind first, first come first served within a kind. */
export class WireQueue<T extends Turn> {
  readonly #name: string;
  readonly #clock: Clock;
  /** Each with the bench time since which it waits. */
  #turns: Waiting<T>[] = [];
  /** The one that was taken last. */
  #taken: Waiting<T> | undefined;

  constructor(name: string, clock: Clock) {
    this.#name = name;
    this.#clock = clock;
  }

  /** Throws when too many wait; what is urgent is always let in. */
  add(turn: T): void {
    if (this.#turns.length >= maxTurns && turn.kind !== "urgent")
      throw new PortBusyError(`${maxTurns} requests wait for the line of ${this.#name} already: ask again later`);
    this.#turns.push({ turn, since: this.#clock.now() });
  }

  /** It was taken too early: it is the first of its kind again. */
  putBack(turn: T): void {
    const before = this.#taken?.turn === turn ? this.#taken : undefined;
    this.#turns.unshift(before ?? { turn, since: this.#clock.now() });
  }

  remove(turn: T): void {
    const at = this.#turns.findIndex((waiting) => waiting.turn === turn);
    if (at >= 0) this.#turns.splice(at, 1);
  }

  find<Wanted extends T>(wanted: (turn: T) => turn is Wanted): Wanted | undefined {
    for (const { turn } of this.#turns) if (wanted(turn)) return turn;
    return undefined;
  }

  /** Take the next turn; while a group holds the wire, only turns of that group come. */
  next(holder: object | undefined): T | undefined {
    const first = this.#first(holder);
    this.#taken = first;
    if (first) this.remove(first.turn);
    return first?.turn;
  }

  /** What the next turn is for, if there is one. */
  nextKind(holder: object | undefined): WorkKind | undefined {
    return this.#first(holder)?.turn.kind;
  }

  /** Whether the next turn would let a run pass that asks again at once. */
  yields(holder: object | undefined): boolean {
    const first = this.#first(holder);
    if (!first || ranks[first.turn.kind] <= ranks.run) return false;
    return this.#clock.now() - first.since < patienceMs;
  }

  #first(holder: object | undefined): Waiting<T> | undefined {
    let first: Waiting<T> | undefined;
    for (const waiting of this.#turns) {
      const { turn } = waiting;
      if (holder && turn.group !== holder) continue;
      if (!first || ranks[turn.kind] < ranks[first.turn.kind]) first = waiting;
    }
    return first;
  }

  /** Take all, or all of one station. */
  drain(station?: object): readonly T[] {
    const isTaken = ({ turn }: Waiting<T>) => station === undefined || turn.station === station;
    const taken = this.#turns.filter(isTaken).map(({ turn }) => turn);
    this.#turns = this.#turns.filter((waiting) => !isTaken(waiting));
    return taken;
  }
}

/** The more important of two kinds of work. */
export const moreUrgent = (a: WorkKind, b: WorkKind): WorkKind => (ranks[b] < ranks[a] ? b : a);
