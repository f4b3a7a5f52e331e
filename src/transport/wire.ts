import {
  type BenchdError,
  BrokenOffError,
  DeviceResetError,
  DeviceTimeoutError,
  DisconnectedError,
} from "../errors.ts";
import type { ByteStream, ModemLines } from "./byte-stream.ts";
import type { Exchange, Question, Waiter } from "./exchange.ts";
import { onTheWayMs } from "./exchange-under-way.ts";
import type { Group } from "./group.ts";
import type { OwedReplies } from "./owed-replies.ts";
import { type Left, Recovery, type Troubled } from "./recovery.ts";
import type { Heard } from "./resynchronisation.ts";
import type { BreakInOptions } from "./serial.ts";
import { Speaking } from "./speaking.ts";
import type { Station } from "./station.ts";
import { Stations } from "./stations.ts";
import { Turns } from "./turns.ts";

export interface WireSettings<M> extends Pick<Troubled<M>, "name" | "clock" | "shared" | "owed" | "before"> {
  readonly baudRate: number;
  /** Nothing will be sent any more; told once. */
  ended(left: Left): void;
}

/**
 * One exchange at a time on one stream of bytes, whichever station asks. Callers come and go; the wire reads each reply
 * to its end before it sends the next message, and gets back into step first when it cannot.
 */
export class Wire<M> {
  readonly turns: Turns<M>;
  readonly #settings: WireSettings<M>;
  readonly #speaking: Speaking<M>;
  readonly #owed: OwedReplies<M>;
  readonly #recovery: Recovery<M>;
  readonly #stations = new Stations<M>();
  /** Why the line is out of step once the current exchange has ended, if so. */
  #soiled: string | undefined;
  #ended: DisconnectedError | undefined;
  /** What came in one piece with a reply is older than the next question, and so no answer to it. */
  #hearing = false;
  /** Bench time at which bytes came last. */
  #heardAt = Number.NEGATIVE_INFINITY;

  /** The lines beside the data, where the port has them. */
  readonly modem: ModemLines | undefined;
  /** Bench time before which the port wants to be listened to, and nothing to be sent. */
  readonly #quietUntil: number;

  constructor(stream: ByteStream, settings: WireSettings<M>) {
    this.modem = stream.modem;
    this.#quietUntil = settings.clock.now() + (stream.openQuietMs ?? 0);
    this.#settings = settings;
    const { baudRate, clock, owed } = settings;
    this.#speaking = new Speaking(stream, {
      ...{ baudRate, clock, owed },
      taken: () => this.#taken(),
      refused: (cause) => this.lose("could not be written to; check its power and its cable", cause),
      ended: ({ kind, station }) => {
        this.turns.pauseFor(kind);
        if (this.#soiled) this.#resynchronise(this.#soiled, station);
        else this.#next();
      },
      broken: ({ station }, error) =>
        this.#resynchronise("an exchange failed", station, error instanceof DeviceTimeoutError),
    });
    this.turns = new Turns(
      settings.name,
      settings.clock,
      (exchange) => this.#send(exchange),
      () => this.#next(),
    );
    this.#owed = owed;
    this.#recovery = new Recovery({
      ...settings,
      blocked: () => this.#speaking.blocked,
      speakTo: (station) => this.#stations.speakTo(station),
      send: (station, question) => this.#speaking.say(station, question),
      regained: () => this.#next(),
      mute: (station, how) => this.#giveUp(station, how),
      unanswered: (station, error) => this.turns.fail(error, station),
      hopeless: (how) => this.lose(how),
    });
  }

  get over(): boolean {
    return this.#ended !== undefined;
  }

  /** How long it is still to be listened to before anything is sent; ms. */
  get openQuietMs(): number {
    return Math.max(0, this.#quietUntil - this.#settings.clock.now());
  }

  join(station: Station<M>): void {
    this.#stations.join(station);
  }

  /** A device can be spoken to: prove that the line is in step, if it was left otherwise. `anew`: it has just started. */
  regain(station: Station<M>, anew: boolean): void {
    if (this.#stations.has(station)) this.#recovery.resume(station, anew);
  }

  /** The station has nothing more to say; what it waits for fails with `error`. With the last one the wire ends. */
  leave(station: Station<M>, error: DisconnectedError): void {
    if (!this.#stations.leave(station, error)) return;
    if (this.#stations.none) {
      this.#end(error);
      return;
    }
    this.turns.fail(error, station);
    const spokeTo = this.#speaking.exchange?.station === station;
    if (spokeTo) this.#speaking.cut(afterSent(error));
    const { holder } = this.turns;
    if (holder?.station === station) this.release(holder, true);
    if (spokeTo || (this.#recovery.underWay && this.#stations.spokenTo === station))
      this.#resynchronise(`${station.name} left`, undefined, spokeTo);
    else this.#next();
  }

  /** Ask, or share what is being asked already. Returns how to leave. */
  ask(asked: Question<M>, waiter: Waiter<M>): () => void {
    const { exchange, isNew } = this.turns.exchangeFor(asked, this.#speaking.exchange);
    exchange.join(waiter, asked.kind);
    if (isNew) this.enqueue(exchange);
    if (isNew && this.#speaking.exchange !== exchange) exchange.queue();
    return () => {
      exchange.leave(waiter);
      if (exchange.abandoned) this.turns.remove(exchange);
    };
  }

  enqueue(turn: Exchange<M> | Group<M>): void {
    try {
      const gone = this.#ended ?? this.#stations.whyGone(turn.station);
      if (gone) throw gone;
      this.turns.add(turn);
    } catch (error) {
      turn.fail(error);
      return;
    }
    this.#next();
  }

  /** The group has ended, or no longer waits. Where it was broken off, nobody knows what the device will say next. */
  release(group: Group<M>, brokenOff = false): void {
    if (!this.turns.letGo(group)) return;
    if (brokenOff && group.begun) this.#soil("a group of exchanges was broken off", group.station);
    this.#next();
  }

  /** A reply made no sense to whom it was given: prove that the line is in step before anything else is asked. */
  doubt(station: Station<M>): void {
    if (!this.#ended) this.#soil("a reply made no sense", station);
  }

  /** Write at once, whatever is going on. */
  breakIn(station: Station<M>, bytes: Uint8Array, { answered = true }: BreakInOptions): Promise<void> {
    const gone = this.#ended ?? this.#stations.whyGone(station);
    if (gone) return Promise.reject(gone);
    const written = this.#speaking.sayAll(station, bytes);
    const text = `a stop of ${station.name} broke into the exchange`;
    this.#speaking.cut(new BrokenOffError(text, { outcome: "unknown" }));
    const withinMs = station.recipe.timeoutMs + onTheWayMs(bytes, this.#settings.baudRate);
    if (answered) this.#owed.add({ withinMs });
    this.#resynchronise("a stop broke in", station);
    return written;
  }

  /** Bytes came: for the one that is spoken to, or for whom they may concern. */
  hear(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#recovery.noise();
    if (this.over) return;
    const { exchange } = this.#speaking;
    const listening = this.#stations.listening(exchange !== undefined || this.#recovery.underWay);
    this.#heardAt = this.#settings.clock.now();
    this.#hearing = true;
    for (const { recorder } of listening) recorder.received(bytes, exchange?.invocation);
    const said = this.#speaking.withoutEcho(bytes);
    if (said.length > 0) for (const station of listening) station.decode(said);
    this.#hearing = false;
    this.#next();
  }

  /** A message came for that station, with what it tells of a fault. */
  receive(station: Station<M>, message: M, fault: BenchdError | undefined): Heard {
    const isHeard = this.#stations.isHeard(station);
    if (this.#recovery.underWay) return isHeard ? this.#recovery.take(message) : "owed";
    return isHeard && this.#speaking.take(message, fault) ? "awaited" : "unasked";
  }

  /** Bytes came for it that are no message. Returns whether one was waited for. */
  garbage(station: Station<M>, bytes: Uint8Array, why: string): boolean {
    return this.#stations.isHeard(station) && this.#speaking.garbage(bytes, why);
  }

  /** The way to all of them has gone. */
  lose(how: string, cause?: unknown): void {
    if (this.#ended) return;
    const error = new DisconnectedError(`${this.#settings.name} ${how}`, { cause });
    for (const station of this.#end(error)) station.lost(error);
  }

  /** The device has started anew, and forgotten what it was told: it has to be opened anew as well. */
  restart(station: Station<M>): void {
    if (!this.#stations.has(station)) return;
    const reset = new DeviceResetError(`${station.name} has been reset: it has forgotten what it was doing`);
    station.alarm(reset);
    const left = new DisconnectedError(`${station.name} has been reset`, { cause: reset, outcome: "unknown" });
    // With all that it knew it has forgotten what it was asked: nothing is owed any more.
    if (!this.#settings.shared) {
      this.#speaking.cut(left);
      this.#speaking.forget();
      this.#recovery.forget();
      this.#owed.forget();
    }
    this.leave(station, left);
    station.lost(reset);
  }

  /** Everything that waits fails with that, also what comes later. Returns who was on it. */
  #end(error: DisconnectedError): readonly Station<M>[] {
    this.#ended = error;
    const stations = this.#stations.leaveAll(error);
    this.#recovery.stop();
    // A reply may still come when the port is opened again.
    this.#speaking.cut(afterSent(error));
    const left = this.#recovery.left;
    this.turns.fail(error);
    this.#speaking.fail(error);
    this.#settings.ended(left);
    return stations;
  }

  #next(): void {
    if (this.#speaking.exchange || this.#recovery.underWay || this.#ended || this.#hearing) return;
    this.turns.beginNext();
  }

  #send(exchange: Exchange<M>): void {
    const { station, expected } = exchange;
    if (expected !== "nothing" && this.#recovery.proveFirst(station)) {
      this.turns.putBack(exchange);
      return;
    }
    exchange.dequeue();
    // What began before the question and does not go on is noise: it must not spoil the answer.
    if (this.#settings.clock.now() - this.#heardAt > (station.recipe.quietMs ?? 100)) station.forget();
    this.#stations.speakTo(station);
    if (this.turns.holder) this.turns.holder.begun = true;
    this.#speaking.begin(exchange);
  }

  #taken(): void {
    if (this.#ended) return;
    this.#owed.prolong();
    this.#recovery.taken();
  }

  /** Get back into step, once the exchange under way has ended. */
  #soil(why: string, station: Station<M>): void {
    if (this.#speaking.exchange) this.#soiled = why;
    else if (!this.#recovery.underWay) this.#resynchronise(why, station);
  }

  #resynchronise(why: string, station: Station<M> | undefined, late = false): void {
    this.#speaking.forget();
    this.#soiled = undefined;
    this.#recovery.begin(why, station, late);
  }

  /** The others on the line go on. */
  #giveUp(station: Station<M>, how: string): void {
    const error = new DisconnectedError(`${station.name} ${how}`);
    this.leave(station, error);
    station.lost(error);
  }
}

/** The same for what had been sent: nobody knows what the device has made of it. */
const afterSent = (cause: DisconnectedError) => new DisconnectedError(cause.message, { cause, outcome: "unknown" });
