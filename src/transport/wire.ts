import type { Clock } from "../clock.ts";
import type { LogLevel, Settle } from "../context.ts";
import { type BenchdError, BrokenOffError, DeviceResetError, DisconnectedError } from "../errors.ts";
import type { ByteStream } from "./byte-stream.ts";
import { Exchange, type Question } from "./exchange.ts";
import { ExchangeUnderWay, onTheWayMs } from "./exchange-under-way.ts";
import type { Group } from "./group.ts";
import { OwedReplies } from "./owed-replies.ts";
import type { Recorder } from "./recorder.ts";
import { type Heard, type Recipe, Resynchronisation } from "./resynchronisation.ts";
import type { BreakInOptions } from "./serial.ts";
import { WireQueue } from "./wire-queue.ts";

export interface WireSettings<M> {
  /** The Thing at the other end. */
  readonly name: string;
  readonly baudRate: number;
  readonly clock: Clock;
  readonly recipe: Recipe<M>;
  readonly recorder: Recorder;
  log(level: LogLevel, message: string): void;
  /** The device has forgotten something that work relies on. */
  alarm(error: BenchdError): void;
  lost(error: Error): void;
  /** Forget the beginning of a message. */
  forget(): void;
}

/**
 * One exchange at a time on one stream of bytes. Callers come and go; the wire reads each reply to its end before it
 * sends the next message, and gets back into step before it sends anything when it cannot.
 */
export class Wire<M> {
  readonly #settings: WireSettings<M>;
  readonly #stream: ByteStream;
  readonly #queue: WireQueue<Exchange<M> | Group>;
  readonly #owed: OwedReplies<M>;
  /** How to fail what the port has not taken yet. */
  readonly #writing = new Set<(error: unknown) => void>();
  #current: ExchangeUnderWay<M> | undefined;
  #holder: Group | undefined;
  #resync: Resynchronisation<M> | undefined;
  /** Why the line is out of step once the current exchange has ended, if so. */
  #soiled: string | undefined;
  #ended: DisconnectedError | undefined;
  /** What came in one piece with a reply is older than the next question, and so no answer to it. */
  #hearing = false;

  constructor(stream: ByteStream, settings: WireSettings<M>) {
    this.#stream = stream;
    this.#settings = settings;
    this.#queue = new WireQueue(settings.name);
    this.#owed = new OwedReplies(settings.clock);
  }

  /** The group that holds the wire. */
  get holder(): Group | undefined {
    return this.#holder;
  }

  /** Ask, or share what is being asked already. Returns how to leave. */
  ask(asked: Question<M>, waiter: Settle<readonly M[]>): () => void {
    const group = this.#holder?.includes(asked.group) ? this.#holder : undefined;
    const question = { ...asked, group };
    const answers = (turn: Exchange<M> | Group | undefined): turn is Exchange<M> =>
      turn instanceof Exchange && turn.answers(question);
    const current = this.#current?.exchange;
    const shared = answers(current) ? current : this.#queue.find(answers);
    const exchange = shared ?? new Exchange(question, this.#send);
    exchange.join(waiter, question.kind);
    if (exchange !== shared) this.enqueue(exchange);
    return () => {
      exchange.leave(waiter);
      if (exchange.abandoned) this.#queue.remove(exchange);
    };
  }

  enqueue(turn: Exchange<M> | Group): void {
    try {
      if (this.#ended) throw this.#ended;
      this.#queue.add(turn);
    } catch (error) {
      turn.fail(error);
      return;
    }
    this.#next();
  }

  hold(group: Group): void {
    this.#holder = group;
  }

  /** The group has ended, or no longer waits. Where it was broken off, nobody knows what the device will say next. */
  release(group: Group, brokenOff = false): void {
    this.#queue.remove(group);
    if (this.#holder !== group) return;
    this.#holder = undefined;
    if (brokenOff && group.begun) this.#soil("a group of exchanges was broken off");
    this.#next();
  }

  /** Write at once, whatever is going on. */
  breakIn(bytes: Uint8Array, { answered = true }: BreakInOptions): Promise<void> {
    if (this.#ended) return Promise.reject(this.#ended);
    const { name, baudRate, recipe } = this.#settings;
    const written = this.#transmit(bytes);
    const text = `a stop of ${name} broke into the exchange`;
    this.#current?.cut(new BrokenOffError(text, { outcome: "unknown" }));
    this.#owe(this.#current);
    if (answered) this.#owed.add({ withinMs: recipe.timeoutMs + onTheWayMs(bytes, baudRate) });
    this.#resynchronise("a stop broke in");
    return written;
  }

  /** Bytes came; `decode` tells what they mean. */
  hear(bytes: Uint8Array, decode: () => void): void {
    this.#settings.recorder.received(bytes);
    this.#resync?.noise();
    this.#hearing = true;
    decode();
    this.#hearing = false;
    this.#next();
  }

  /** A message came, with what it tells of a fault. */
  receive(message: M, fault: BenchdError | undefined): Heard {
    if (this.#resync) return this.#resync.take(message);
    return this.#current?.take(message, fault) ? "awaited" : "unasked";
  }

  /** Bytes came that are no message. Returns whether one was waited for. */
  garbage(bytes: Uint8Array, why: string): boolean {
    return this.#current?.garbage(bytes, why) ?? false;
  }

  /** The device has gone. */
  lose(how: string, cause?: unknown): void {
    if (this.#ended) return;
    const error = new DisconnectedError(`${this.#settings.name} ${how}; check its power and its cable`, { cause });
    this.end(error);
    this.#settings.lost(error);
  }

  /** The device has started anew, and forgotten what it was told: it has to be opened anew as well. */
  restart(): void {
    if (this.#ended) return;
    const { name, alarm, lost } = this.#settings;
    const reset = new DeviceResetError(`${name} has been reset: it has forgotten what it was doing`);
    alarm(reset);
    this.end(new DisconnectedError(`${name} has been reset`, { cause: reset }));
    lost(reset);
  }

  /** Everything that waits fails with that, also what comes later. */
  end(error: DisconnectedError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#resync?.stop();
    this.#owed.forget();
    this.#holder = undefined;
    this.#current?.cut(new DisconnectedError(error.message, { cause: error, outcome: "unknown" }));
    this.#current = undefined;
    for (const turn of this.#queue.drain()) turn.fail(error);
    for (const fail of this.#writing) fail(error);
    this.#writing.clear();
  }

  #next(): void {
    if (this.#current || this.#resync || this.#ended || this.#hearing) return;
    this.#queue.next(this.#holder)?.begin();
  }

  readonly #send = (exchange: Exchange<M>): void => {
    const { name, baudRate, clock, recorder, log } = this.#settings;
    const underWay = new ExchangeUnderWay(exchange, {
      name,
      baudRate,
      clock,
      transmit: (bytes) => this.#transmit(bytes),
      ended: () => {
        this.#current = undefined;
        if (this.#soiled) this.#resynchronise(this.#soiled);
        else this.#next();
      },
      broken: (error) => {
        log("warning", `${error}\n${recorder.excerpt(underWay.sentAt)}`);
        this.#owe(underWay);
        this.#resynchronise("an exchange failed");
      },
    });
    this.#current = underWay;
    if (this.#holder) this.#holder.begun = true;
    underWay.send();
  };

  /** Settles at the latest when the wire ends. */
  #transmit(bytes: Uint8Array): Promise<void> {
    this.#settings.recorder.sent(bytes);
    const written = new Promise<void>((resolve, reject) => {
      this.#writing.add(reject);
      this.#stream.write(bytes).then(() => {
        this.#taken(reject);
        resolve();
      }, reject);
    });
    written.catch((cause) => this.lose("could not be written to", cause));
    return written;
  }

  #taken(write: (error: unknown) => void): void {
    this.#writing.delete(write);
    if (this.#writing.size > 0 || this.#ended) return;
    this.#owed.prolong();
    this.#resync?.taken();
  }

  #owe(cut: ExchangeUnderWay<M> | undefined): void {
    const reply = cut?.owed;
    if (reply) this.#owed.add(reply);
  }

  /** Get back into step, once the exchange under way has ended. */
  #soil(why: string): void {
    if (this.#current) this.#soiled = why;
    else if (!this.#resync) this.#resynchronise(why);
  }

  #resynchronise(why: string): void {
    const { name, clock, recipe, log, alarm, forget } = this.#settings;
    this.#current = undefined;
    this.#soiled = undefined;
    this.#resync?.stop();
    log("debug", `the line of ${name} is out of step: ${why}`);
    this.#resync = new Resynchronisation(recipe, {
      clock,
      owed: this.#owed,
      blocked: () => this.#writing.size > 0,
      forget,
      send: (probe) => void this.#transmit(probe),
      regained: () => {
        this.#resync = undefined;
        log("debug", `the line of ${name} is in step again`);
        if (recipe.loses?.length)
          alarm(new DeviceResetError(`getting back into step made ${name} forget: ${recipe.loses.join(", ")}`));
        this.#next();
      },
      failed: (how) => this.lose(`is unresponsive: it ${how}`),
    });
  }
}
