import type { Clock, Timer } from "../clock.ts";
import type { WorkKind } from "../context.ts";
import { Exchange, type Question } from "./exchange.ts";
import type { Group } from "./group.ts";
import { PollShare } from "./poll-share.ts";
import type { Station } from "./station.ts";
import { WireQueue } from "./wire-queue.ts";

/** Who waits for the wire, and who holds it. */
export class Turns<M> {
  readonly #queue: WireQueue<Exchange<M> | Group<M>>;
  readonly #begin: (exchange: Exchange<M>) => void;
  #holder: Group<M> | undefined;
  /** A run has had its answer, and may ask again as soon as it has looked at it. */
  #pause: NodeJS.Immediate | undefined;
  readonly #clock: Clock;
  readonly #ready: () => void;
  readonly #polls = new PollShare();
  /** A poll waits, as there was one a moment ago and a run may ask. */
  #rest: Timer | undefined;

  /** `begin` is told of each exchange whose turn has come, and `ready` is called when one may have its turn that had to wait. */
  constructor(name: string, clock: Clock, begin: (exchange: Exchange<M>) => void, ready: () => void) {
    this.#queue = new WireQueue(name, clock);
    this.#begin = begin;
    this.#clock = clock;
    this.#ready = ready;
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
    const question = asked.group === group ? asked : { ...asked, group };
    const answers = (turn: Exchange<M> | Group<M> | undefined): turn is Exchange<M> =>
      turn instanceof Exchange && turn.answers(question);
    const shared = answers(current) ? current : this.#queue.find(answers);
    return shared ? { exchange: shared, isNew: false } : { exchange: new Exchange(question, this.#begin), isNew: true };
  }

  /** Throws when too many wait. */
  add(turn: Exchange<M> | Group<M>): void {
    this.#queue.add(turn);
  }

  /** Its turn had come too early. */
  putBack(exchange: Exchange<M>): void {
    this.#queue.putBack(exchange);
  }

  remove(turn: Exchange<M> | Group<M>): void {
    this.#queue.remove(turn);
  }

  /** Begin the next, unless it waits for a run that may ask again. */
  beginNext(): void {
    if (this.#pause && this.#queue.yields(this.#holder)) return;
    this.#endPause();
    if (this.#rests()) return;
    const turn = this.#queue.next(this.#holder);
    if (turn && !this.#holder) this.#polls.begun(turn.kind, this.#clock.now());
    turn?.begin();
  }

  /** Whether what is next is a poll that has to wait. Within a group nothing does. */
  #rests(): boolean {
    if (this.#holder) return false;
    this.#rest?.cancel();
    this.#rest = undefined;
    const now = this.#clock.now();
    this.#polls.free(now);
    const restMs = this.#queue.nextKind(undefined) === "poll" ? this.#polls.restMs(now) : 0;
    if (restMs > 0) this.#rest = this.#clock.after(restMs, this.#ready);
    return restMs > 0;
  }

  /**
   * A run has had its answer. What it asks next, as soon as it has looked at that, goes before the reads that wait: else
   * each of its exchanges would wait for one of theirs.
   */
  pauseFor(kind: WorkKind): void {
    if (kind !== "run" || !this.#queue.yields(this.#holder)) return;
    this.#endPause();
    this.#pause = setImmediate(() => {
      this.#pause = undefined;
      this.#ready();
    });
  }

  #endPause(): void {
    clearImmediate(this.#pause);
    this.#pause = undefined;
  }

  /** Fail all that waits, or all of one station. */
  fail(error: Error, station?: Station<M>): void {
    if (!station) {
      this.#holder = undefined;
      this.#endPause();
      this.#rest?.cancel();
    }
    for (const turn of this.#queue.drain(station)) turn.fail(error);
  }
}
