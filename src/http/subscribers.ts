import type { ServerResponse } from "node:http";
import type { Clock, Timer } from "../clock.ts";
import { LaneFullError, NotReadyError } from "../errors.ts";
import type { BenchEvent, NumberedEvent } from "../gateway/events/event.ts";
import type { EventLog } from "../gateway/events/event-log.ts";
import { gapMessage, idLine, idOf, message } from "./sse-message.ts";

/** What a subscriber is told, and how. */
export interface Subscription {
  /** Asked for each event, so it has to be quick. Those that share the function share what is made of it. */
  wants(event: BenchEvent): boolean;
  /**
   * The type of the message, and its text in one line; `at` is when it happened, where its id is to begin with that. Those
   * that share the function share what it returns.
   */
  encode(told: NumberedEvent): { readonly event: string; readonly data: string; readonly at?: number };
}

interface Subscriber extends Subscription {
  readonly response: ServerResponse;
  /** The number of the last event that it was told, or does not want. */
  cursor: number;
  /** That which a resuming client knows by an id. */
  named: number;
  /** When it was sent something last. */
  sentAt: number;
  /** Since when it has not taken what it was sent. */
  blockedSince: number | undefined;
  dropped(why: string): void;
}

/** What is sent to whoever is at the same place and wants the same. */
interface Batch extends Subscription {
  readonly from: number;
  readonly to: number;
  readonly last: number;
  readonly bytes: Buffer;
}

const maxSubscribers = 1000;
/** So many are served, and so much is sent, before others have their turn. */
const sliceSubscribers = 20;
const sliceBytes = 256 * 1024;
/** More is not sent to one at a time; characters. */
const batchLength = 16 * 1024;
/** Nor are more looked at for one. */
const batchEvents = 1000;
/** After a round there is a rest, so many times as long: others need the event loop, too. */
const restShare = 4;
/** However long a busy machine has kept us from it. */
const maxRestMs = 100;
const beatMs = 5000;
const quietMs = 15_000;
/** Whoever takes nothing for so long is dropped. */
const patienceMs = 15_000;

/**
 * Those who are told of events as they happen. Nobody has a buffer of his own: a subscriber has a place in the event log,
 * is sent what follows until his connection takes no more, and goes on from there when it does. They are served in rounds,
 * a few at a time, so that nothing else waits for long.
 */
export class Subscribers {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #all = new Set<Subscriber>();
  #leave: (() => void) | undefined;
  #beat: Timer | undefined;
  #rest: Timer | undefined;
  /** Those of the round that is under way. */
  #round: Subscriber[] = [];
  #underWay = false;
  /** Something is to be sent that this round may have missed. */
  #again = false;
  #busyMs = 0;
  #batch: Batch | undefined;
  /** Messages of this round, by what made them and their number. */
  readonly #messages = new Map<Subscription["encode"], Map<number, string>>();
  #closed = false;

  constructor(log: EventLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Throws `LaneFullError` or `NotReadyError` when there is no place for one more. */
  assertRoom(): void {
    if (this.#closed) throw new NotReadyError("the gateway is closing");
    if (this.#all.size >= maxSubscribers)
      throw new LaneFullError(`${maxSubscribers} listen to events already; try again when one of them has left`);
  }

  /** Tell on `response`, whose head has been sent, what follows upon event number `cursor`. */
  add(response: ServerResponse, subscription: Subscription, cursor: number, dropped: (why: string) => void): void {
    const sentAt = this.#clock.now();
    const one = { response, ...subscription, cursor, named: cursor, sentAt, blockedSince: undefined, dropped };
    const subscriber: Subscriber = one;
    response.on("drain", () => {
      subscriber.blockedSince = undefined;
      this.#serveSoon();
    });
    response.once("close", () => this.#remove(subscriber));
    // What it would tell is told by "close", which follows.
    response.on("error", () => {});
    this.#all.add(subscriber);
    this.#leave ??= this.#log.listen(() => this.#serveSoon());
    this.#expectBeat();
    if (response.writableNeedDrain) subscriber.blockedSince = sentAt;
    this.#serveSoon();
  }

  /** The server closes: send all of them home. */
  close(): void {
    this.#closed = true;
    for (const { response } of this.#all) {
      // Nobody waits for one who does not read.
      if (response.writableNeedDrain) response.destroy();
      else response.end();
    }
  }

  #remove(subscriber: Subscriber): void {
    this.#all.delete(subscriber);
    if (this.#all.size > 0) return;
    this.#leave?.();
    this.#leave = undefined;
    for (const timer of [this.#beat, this.#rest]) timer?.cancel();
    this.#beat = undefined;
    if (this.#rest) this.#underWay = false;
    this.#rest = undefined;
    this.#batch = undefined;
  }

  #serveSoon(): void {
    this.#again = true;
    if (this.#underWay) return;
    this.#underWay = true;
    setImmediate(this.#begin);
  }

  readonly #begin = () => {
    this.#rest = undefined;
    this.#again = false;
    this.#busyMs = 0;
    this.#round = [...this.#all];
    this.#slice();
  };

  readonly #slice = () => {
    const from = this.#clock.now();
    let bytes = 0;
    for (let served = 0; served < sliceSubscribers && bytes < sliceBytes && this.#round.length > 0; ) {
      const subscriber = this.#round.pop();
      if (!subscriber || !this.#isDue(subscriber)) continue;
      bytes += this.#serve(subscriber);
      served++;
    }
    this.#busyMs += this.#clock.now() - from;
    if (this.#round.length > 0) setImmediate(this.#slice);
    else this.#end();
  };

  #end(): void {
    this.#batch = undefined;
    this.#messages.clear();
    if (!this.#again || this.#all.size === 0) {
      this.#underWay = false;
      return;
    }
    const restMs = Math.min(maxRestMs, restShare * this.#busyMs);
    // A timer takes a millisecond at least.
    if (restMs < 1) setImmediate(this.#begin);
    else this.#rest = this.#clock.after(restMs, this.#begin);
  }

  #isDue(subscriber: Subscriber): boolean {
    const { response, cursor, sentAt, blockedSince } = subscriber;
    if (blockedSince !== undefined || response.destroyed || response.writableEnded) return false;
    return cursor < this.#log.last || this.#clock.now() - sentAt >= quietMs;
  }

  /** Returns how many bytes it was sent. */
  #serve(subscriber: Subscriber): number {
    const { response, cursor } = subscriber;
    const now = this.#clock.now();
    const bytes = cursor < this.#log.oldest - 1 ? this.#skip(subscriber) : this.#advance(subscriber);
    // To whom nothing is told that he wants, it is told now and then from where to go on.
    const sent = bytes.length === 0 && now - subscriber.sentAt >= quietMs ? this.#quiet(subscriber) : bytes;
    if (subscriber.cursor < this.#log.last) this.#again = true;
    if (sent.length === 0) return 0;
    subscriber.sentAt = now;
    if (!response.write(sent)) subscriber.blockedSince = now;
    return sent.length;
  }

  /** What follows upon its place, as much as is sent at a time. */
  #advance(subscriber: Subscriber): Buffer {
    const { wants, encode, cursor } = subscriber;
    const last = this.#batch;
    const same =
      last?.from === cursor && last.wants === wants && last.encode === encode && last.last === this.#log.last;
    const batch = same && last ? last : this.#batchFrom(subscriber);
    this.#batch = batch;
    subscriber.cursor = batch.to;
    if (batch.bytes.length > 0) subscriber.named = batch.to;
    return batch.bytes;
  }

  #batchFrom({ wants, encode, cursor: from }: Subscriber): Batch {
    const { last } = this.#log;
    let text = "";
    let to = from;
    while (to < last && text.length < batchLength && to - from < batchEvents) {
      const told = this.#log.get(++to);
      if (told && wants(told.event)) text += this.#message(told, encode);
    }
    return { wants, encode, from, to, last, bytes: Buffer.from(text) };
  }

  #message(told: NumberedEvent, encode: Subscription["encode"]): string {
    const made = this.#messages.get(encode) ?? new Map<number, string>();
    this.#messages.set(encode, made);
    const known = made.get(told.number) ?? this.#write(told, encode);
    made.set(told.number, known);
    return known;
  }

  #write(told: NumberedEvent, encode: Subscription["encode"]): string {
    const { at, ...text } = encode(told);
    return message(idOf(this.#log.epoch, told.number, at), text);
  }

  /** What it has not read in time is gone: it goes on with what comes from now on. */
  #skip(subscriber: Subscriber): Buffer {
    const { epoch, last } = this.#log;
    const missed = last - subscriber.cursor;
    subscriber.cursor = last;
    subscriber.named = last;
    return Buffer.from(gapMessage(epoch, { why: "slow", missed, after: last }));
  }

  #quiet(subscriber: Subscriber): Buffer {
    const { cursor, named } = subscriber;
    subscriber.named = cursor;
    return Buffer.from(cursor > named ? `:\n${idLine(this.#log.epoch, cursor)}\n` : ":\n\n");
  }

  #expectBeat(): void {
    this.#beat ??= this.#clock.after(beatMs, () => {
      this.#beat = undefined;
      this.#dropDeaf();
      if (this.#all.size === 0) return;
      this.#expectBeat();
      this.#serveSoon();
    });
  }

  #dropDeaf(): void {
    const now = this.#clock.now();
    for (const { response, blockedSince, dropped } of this.#all) {
      if (blockedSince === undefined || now - blockedSince < patienceMs) continue;
      dropped(`has taken nothing for ${Math.round((now - blockedSince) / 1000)} s`);
      response.destroy();
    }
  }
}
