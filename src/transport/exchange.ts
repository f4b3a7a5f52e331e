import type { AmbientInvocation, Settle, WorkKind } from "../context.ts";
import { MalformedReplyError } from "../errors.ts";
import type { Recorded } from "../transcript.ts";
import type { Station } from "./station.ts";
import { moreUrgent, type Turn } from "./wire-queue.ts";

/** What answers a message: nothing, one message, or messages up to the one the function recognises. */
export type Expected<M> = "nothing" | "one" | ((reply: M) => boolean);

export interface Question<M> {
  /** Who asks. */
  readonly station: Station<M>;
  readonly bytes: Uint8Array;
  readonly expected: Expected<M>;
  readonly timeoutMs: number;
  readonly kind: WorkKind;
  readonly group: object | undefined;
  /** The invocation it is asked for. */
  readonly invocation?: string | undefined;
}

/** Who waits for an answer. */
export interface Waiter<M> extends Settle<readonly M[]> {
  /** The exchange has failed after it was sent; told before `reject`. */
  failed?(wentOver: readonly Recorded[]): void;
  /** Told when it has to wait for its turn, and when that is over. */
  readonly turns?: Pick<AmbientInvocation, "queued" | "dequeued"> | undefined;
}

const maxReplies = 1000;

/**
 * One message to the device and what it answers. Those who wait for the answer may leave at any time; the exchange goes
 * on, so that its reply is never taken for the answer to something else.
 */
export class Exchange<M> implements Turn {
  readonly station: Station<M>;
  readonly invocation: string | undefined;
  readonly bytes: Uint8Array;
  readonly expected: Expected<M>;
  readonly timeoutMs: number;
  readonly group: object | undefined;
  readonly #begin: (exchange: Exchange<M>) => void;
  #kind: WorkKind;
  #answered: boolean;
  #queued = false;
  /** Most often there is one. */
  #waiting: Waiter<M>[] = [];
  readonly #replies: M[] = [];

  constructor(question: Question<M>, begin: (exchange: Exchange<M>) => void) {
    const { station, bytes, expected, timeoutMs, kind, group, invocation } = question;
    this.station = station;
    this.invocation = invocation;
    this.bytes = bytes;
    this.expected = expected;
    this.timeoutMs = timeoutMs;
    this.group = group;
    this.#kind = kind;
    this.#answered = expected === "nothing";
    this.#begin = begin;
  }

  get kind(): WorkKind {
    return this.#kind;
  }

  /** Its turn has come. */
  begin(): void {
    this.#begin(this);
  }

  /** Nobody waits for it any more. */
  get abandoned(): boolean {
    return this.#waiting.length === 0;
  }

  /** All that was expected has come. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Whether the same reply answers that question too: equal reads share one exchange. */
  answers(other: Question<M>): boolean {
    return (
      isRead(this.#kind) &&
      isRead(other.kind) &&
      !this.abandoned &&
      this.station === other.station &&
      this.expected === other.expected &&
      this.timeoutMs === other.timeoutMs &&
      this.group === other.group &&
      Buffer.compare(this.bytes, other.bytes) === 0
    );
  }

  join(waiter: Waiter<M>, kind: WorkKind): void {
    this.#waiting.push(waiter);
    this.#kind = moreUrgent(this.#kind, kind);
    if (this.#queued) waiter.turns?.queued();
  }

  leave(waiter: Waiter<M>): void {
    const at = this.#waiting.indexOf(waiter);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    if (this.#queued) waiter.turns?.dequeued();
  }

  /** Its turn has not come at once. */
  queue(): void {
    this.#queued = true;
    for (const { turns } of this.#waiting) turns?.queued();
  }

  /** Its turn has come, or it will not. */
  dequeue(): void {
    if (!this.#queued) return;
    this.#queued = false;
    for (const { turns } of this.#waiting) turns?.dequeued();
  }

  /** Take a reply; throws when the device does not stop. */
  take(reply: M): void {
    this.#replies.push(reply);
    this.#answered = typeof this.expected !== "function" || this.expected(reply);
    if (!this.#answered && this.#replies.length >= maxReplies)
      throw new MalformedReplyError(`more than ${maxReplies} messages came without the one that ends the reply`);
  }

  succeed(): void {
    for (const waiter of this.#leaving()) waiter.resolve(this.#replies);
  }

  fail(error: unknown): void {
    for (const waiter of this.#leaving()) waiter.reject(error);
  }

  /** As `fail`, once it has been sent. */
  broke(error: unknown, wentOver: readonly Recorded[]): void {
    for (const waiter of this.#waiting) waiter.failed?.(wentOver);
    this.fail(error);
  }

  #leaving(): readonly Waiter<M>[] {
    this.dequeue();
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }
}

const isRead = (kind: WorkKind) => kind === "read" || kind === "poll";
