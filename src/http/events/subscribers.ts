import type { ServerResponse } from "node:http";
import type { Clock, Timer } from "../../clock.ts";
import type { EventLog } from "../../events/event-log.ts";
import { hangUp } from "../pipelined.ts";
import { Places } from "../places.ts";
import { EventBatches, type Subscription } from "./event-batches.ts";
import { Rounds } from "./rounds.ts";
import { gapMessage, idLine } from "./sse-message.ts";

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

const maxSubscribers = 1000;
const beatMs = 5000;
const quietMs = 15_000;
/** Whoever takes nothing for so long is dropped. */
const patienceMs = 15_000;
/** What is sent when the server closes has to be taken within so long. */
const lastMs = 1000;

/**
 * Those who are told of events as they happen. Nobody has a buffer of his own: a subscriber has a place in the event log,
 * is sent what follows until his connection takes no more, and goes on from there when it does.
 */
export class Subscribers {
  /** One is taken before anything is answered, and left when the connection ends. */
  readonly places = new Places({
    max: maxSubscribers,
    full: `${maxSubscribers} listen to events already; try again when one of them has left`,
  });
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #all = new Set<Subscriber>();
  readonly #batches: EventBatches;
  readonly #rounds: Rounds<Subscriber>;
  #leave: (() => void) | undefined;
  #beat: Timer | undefined;

  constructor(log: EventLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
    this.#batches = new EventBatches(log);
    this.#rounds = new Rounds({
      clock,
      all: () => this.#all,
      isDue: (one) => this.#isDue(one),
      serve: (one) => this.#serveOrDrop(one),
      over: () => this.#batches.forget(),
    });
  }

  get size(): number {
    return this.#all.size;
  }

  /** Tell on `response`, whose head has been sent, what follows upon event number `cursor`. */
  add(response: ServerResponse, subscription: Subscription, cursor: number, dropped: (why: string) => void): void {
    const now = this.#clock.now();
    const blockedSince = response.writableNeedDrain ? now : undefined;
    const subscriber: Subscriber = {
      ...{ response, ...subscription, cursor, named: cursor },
      ...{ sentAt: now, blockedSince, dropped },
    };
    response.on("drain", () => {
      subscriber.blockedSince = undefined;
      this.#rounds.soon();
    });
    response.once("close", () => this.#remove(subscriber));
    // What it would tell is told by "close", which follows.
    response.on("error", () => {});
    this.#all.add(subscriber);
    this.#leave ??= this.#log.listen(() => this.#rounds.soon());
    this.#expectBeat();
    this.#rounds.soon();
  }

  /** The server closes: tell them what has happened by now, and send all of them home. */
  close(): void {
    for (const subscriber of this.#all)
      while (subscriber.cursor < this.#log.last && this.#isDue(subscriber)) this.#serveOrDrop(subscriber);
    this.places.close();
    this.#beat?.cancel();
    if (this.#all.size === 0) return;
    this.#beat = this.#clock.after(lastMs, () => {
      for (const { response } of this.#all) hangUp(response);
    });
  }

  #remove(subscriber: Subscriber): void {
    this.#all.delete(subscriber);
    if (this.#all.size > 0) return;
    this.#leave?.();
    this.#leave = undefined;
    this.#beat?.cancel();
    this.#beat = undefined;
    this.#rounds.stop();
  }

  #isDue({ response, cursor, sentAt, blockedSince }: Subscriber): boolean {
    if (blockedSince !== undefined || response.destroyed || response.writableEnded) return false;
    return cursor < this.#log.last || this.#clock.now() - sentAt >= quietMs;
  }

  /** What cannot be told to one is no reason to leave the others, or to end. */
  #serveOrDrop(subscriber: Subscriber): number {
    try {
      return this.#serve(subscriber);
    } catch (error) {
      subscriber.dropped(`could not be told what has happened (${error})`);
      hangUp(subscriber.response);
      return 0;
    }
  }

  /** Returns how many bytes it was sent. */
  #serve(subscriber: Subscriber): number {
    const { response, cursor } = subscriber;
    const now = this.#clock.now();
    const bytes = cursor < this.#log.oldest - 1 ? this.#skip(subscriber) : this.#advance(subscriber);
    // To whom nothing is told that he wants, it is told now and then from where to go on.
    const sent = bytes.length === 0 && now - subscriber.sentAt >= quietMs ? this.#quiet(subscriber) : bytes;
    if (subscriber.cursor < this.#log.last) this.#rounds.soon();
    if (sent.length === 0) return 0;
    subscriber.sentAt = now;
    if (!response.write(sent)) subscriber.blockedSince = now;
    return sent.length;
  }

  /** What follows upon its place, as much as is sent at a time. */
  #advance(subscriber: Subscriber): Buffer {
    const { to, bytes } = this.#batches.after(subscriber.cursor, subscriber);
    subscriber.cursor = to;
    if (bytes.length > 0) subscriber.named = to;
    return bytes;
  }

  /** What it has not read in time is gone: it goes on with what comes from now on. */
  #skip(subscriber: Subscriber): Buffer {
    const { epoch, last } = this.#log;
    const missed = subscriber.tellsMissed === false ? null : last - subscriber.cursor;
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
      this.#rounds.soon();
    });
  }

  #dropDeaf(): void {
    const now = this.#clock.now();
    for (const { response, blockedSince, dropped } of this.#all) {
      if (blockedSince === undefined || now - blockedSince < patienceMs) continue;
      dropped(`has taken nothing for ${Math.round((now - blockedSince) / 1000)} s`);
      hangUp(response);
    }
  }
}
