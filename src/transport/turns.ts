import { Exchange, type Question } from "./exchange.ts";
import type { Group } from "./group.ts";
import type { Station } from "./station.ts";
import { WireQueue } from "./wire-queue.ts";

/** Who waits for the wire, and who holds it. */
export class Turns<M> {
  readonly #queue: WireQueue<Exchange<M> | Group<M>>;
  readonly #begin: (exchange: Exchange<M>) => void;
  #holder: Group<M> | undefined;

  /** `begin` is told of each exchange whose turn has come. */
  constructor(name: string, begin: (exchange: Exchange<M>) => void) {
    this.#queue = new WireQueue(name);
    this.#begin = begin;
  }

  /** The group that holds the wire. */
  get holder(): Group<M> | undefined {
    return this.#holder;
  }

  hold(group: Group<M>): void {
    this.#holder = group;
  }

  /** The group has ended, or no longer waits. Whether it held the wire. */
  letGo(group: Group<M>): boolean {
    this.#queue.remove(group);
    const held = this.#holder === group;
    if (held) this.#holder = undefined;
    return held;
  }

  /** The exchange that answers a question: one that is asked already, `current` or waiting, or one to be added. */
  exchangeFor(asked: Question<M>, current: Exchange<M> | undefined): { exchange: Exchange<M>; isNew: boolean } {
    const group = this.#holder?.includes(asked.group) ? this.#holder : undefined;
    const question = { ...asked, group };
    const answers = (turn: Exchange<M> | Group<M> | undefined): turn is Exchange<M> =>
      turn instanceof Exchange && turn.answers(question);
    const shared = answers(current) ? current : this.#queue.find(answers);
    return { exchange: shared ?? new Exchange(question, this.#begin), isNew: shared === undefined };
  }

  /** Throws when too many wait. */
  add(turn: Exchange<M> | Group<M>): void {
    this.#queue.add(turn);
  }

  remove(turn: Exchange<M> | Group<M>): void {
    this.#queue.remove(turn);
  }

  beginNext(): void {
    this.#queue.next(this.#holder)?.begin();
  }

  /** Fail all that waits, or all of one station. */
  fail(error: Error, station?: Station<M>): void {
    if (!station) this.#holder = undefined;
    for (const turn of this.#queue.drain(station)) turn.fail(error);
  }
}
