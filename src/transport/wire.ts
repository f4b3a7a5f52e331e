import {
  type BenchdError,
  BrokenOffError,
  DeviceResetError,
  DeviceTimeoutError,
  DisconnectedError,
} from "../errors.ts";
import type { ByteStream, ModemLines } from "./byte-stream.ts";
import { Echo } from "./echo.ts";
import type { Exchange, Question, Waiter } from "./exchange.ts";
import { ExchangeUnderWay, onTheWayMs } from "./exchange-under-way.ts";
import type { Group } from "./group.ts";
import { Outgoing } from "./outgoing.ts";
import type { OwedReplies } from "./owed-replies.ts";
import { type Left, Recovery, type Troubled } from "./recovery.ts";
import type { Heard } from "./resynchronisation.ts";
import type { BreakInOptions } from "./serial.ts";
import type { Station } from "./station.ts";
import { Turns } from "./turns.ts";

export interface WireSettings<M> extends Pick<Troubled<M>, "name" | "clock" | "shared" | "owed"> {
  readonly baudRate: number;
  /** How the line was left when the port was last open, if it was. */
  readonly before: Left | undefined;
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
  readonly #outgoing: Outgoing;
  readonly #owed: OwedReplies<M>;
  readonly #recovery: Recovery<M>;
  readonly #echo = new Echo();
  readonly #stations = new Set<Station<M>>();
  #current: ExchangeUnderWay<M> | undefined;
  /** Who is spoken to, or was last. */
  #spokenTo: Station<M> | undefined;
  /** Why the line is out of step once the current exchange has ended, if so. */
  #soiled: string | undefined;
  #regained = false;
  #ended: DisconnectedError | undefined;
  /** What came in one piece with a reply is older than the next question, and so no answer to it. */
  #hearing = false;
  /** Bench time at which bytes came last. */
  #heardAt = Number.NEGATIVE_INFINITY;

  /** The lines beside the data, where the port has them. */
  readonly modem: ModemLines | undefined;
  /** How long the port wants to be listened to before anything is sent; ms. */
  readonly openQuietMs: number | undefined;

  constructor(stream: ByteStream, settings: WireSettings<M>) {
    this.modem = stream.modem;
    this.openQuietMs = stream.openQuietMs;
    this.#outgoing = new Outgoing(stream, {
      taken: () => this.#taken(),
      refused: (cause) => this.lose("could not be written to", cause),
    });
    this.#settings = settings;
    this.turns = new Turns(settings.name, settings.clock, (exchange) => this.#send(exchange));
    this.#owed = settings.owed;
    this.#recovery = new Recovery({
      ...settings,
      blocked: () => this.#outgoing.blocked,
      send: (station, probe) => {
        if (station.echo) this.#echo.expect(probe);
        void this.#transmit(station, probe);
      },
      regained: () => this.#next(),
      mute: (station, how) => this.#giveUp(station, how),
      hopeless: (how) => this.lose(`is unresponsive: it ${how}`),
    });
  }

  get over(): boolean {
    return this.#ended !== undefined;
  }

  join(station: Station<M>): void {
    this.#stations.add(station);
  }

  /** Prove that the line is in step, if it was left otherwise. To be called unless the device has just started. */
  regain(station: Station<M>): void {
    const { before } = this.#settings;
    if (this.#regained || !before || before.inStep) return;
    this.#regained = true;
    this.#speakTo(station);
    this.#recovery.resume(before, station);
  }

  /** The station has nothing more to say; what it waits for fails with `error`. With the last one the wire ends. */
  leave(station: Station<M>, error: DisconnectedError): void {
    if (!this.#stations.delete(station)) return;
    station.forget();
    if (this.#stations.size === 0) {
      this.#end(error);
      return;
    }
    this.turns.fail(error, station);
    const current = this.#current?.exchange.station === station ? this.#current : undefined;
    current?.cut(afterSent(error));
    this.#owe(current);
    const { holder } = this.turns;
    if (holder?.station === station) this.release(holder, true);
    if (current || (this.#recovery.underWay && this.#spokenTo === station))
      this.#resynchronise(`${station.name} left`, undefined);
    else this.#next();
  }

  /** Ask, or share what is being asked already. Returns how to leave. */
  ask(asked: Question<M>, waiter: Waiter<M>): () => void {
    const { exchange, isNew } = this.turns.exchangeFor(asked, this.#current?.exchange);
    exchange.join(waiter, asked.kind);
    if (isNew) this.enqueue(exchange);
    return () => {
      exchange.leave(waiter);
      if (exchange.abandoned) this.turns.remove(exchange);
    };
  }

  enqueue(turn: Exchange<M> | Group<M>): void {
    try {
      if (this.#ended) throw this.#ended;
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

  /** Write at once, whatever is going on. */
  breakIn(station: Station<M>, bytes: Uint8Array, { answered = true }: BreakInOptions): Promise<void> {
    if (this.#ended) return Promise.reject(this.#ended);
    const written = this.#transmit(station, bytes);
    const text = `a stop of ${station.name} broke into the exchange`;
    this.#current?.cut(new BrokenOffError(text, { outcome: "unknown" }));
    this.#owe(this.#current);
    const withinMs = station.recipe.timeoutMs + onTheWayMs(bytes, this.#settings.baudRate);
    if (answered) this.#owed.add({ withinMs });
    this.#resynchronise("a stop broke in", station);
    return written;
  }

  /** Bytes came: for the one that is spoken to, or for whom they may concern. */
  hear(bytes: Uint8Array): void {
    if (this.#ended) return;
    const spokenTo = this.#current || this.#recovery.underWay ? this.#spokenTo : undefined;
    const invocation = this.#current?.exchange.invocation;
    this.#heardAt = this.#settings.clock.now();
    this.#hearing = true;
    this.#recovery.noise();
    for (const station of spokenTo ? [spokenTo] : [...this.#stations]) {
      station.recorder.received(bytes, invocation);
      const said = this.#withoutEcho(bytes);
      if (said.length > 0) station.decode(said);
    }
    this.#hearing = false;
    this.#next();
  }

  /** A message came, with what it tells of a fault. */
  receive(message: M, fault: BenchdError | undefined): Heard {
    if (this.#recovery.underWay) return this.#recovery.take(message);
    return this.#current?.take(message, fault) ? "awaited" : "unasked";
  }

  /** Bytes came that are no message. Returns whether one was waited for. */
  garbage(bytes: Uint8Array, why: string): boolean {
    return this.#current?.garbage(bytes, why) ?? false;
  }

  /** The way to all of them has gone. */
  lose(how: string, cause?: unknown): void {
    if (this.#ended) return;
    const error = new DisconnectedError(`${this.#settings.name} ${how}; check its power and its cable`, { cause });
    const stations = [...this.#stations];
    this.#end(error);
    for (const station of stations) station.lost(error);
  }

  /** The device has started anew, and forgotten what it was told: it has to be opened anew as well. */
  restart(station: Station<M>): void {
    if (!this.#stations.has(station)) return;
    const reset = new DeviceResetError(`${station.name} has been reset: it has forgotten what it was doing`);
    station.alarm(reset);
    const left = new DisconnectedError(`${station.name} has been reset`, { cause: reset, outcome: "unknown" });
    if (!this.#settings.shared) this.#forgive(left);
    this.leave(station, left);
    station.lost(reset);
  }

  /** Everything that waits fails with that, also what comes later. */
  #end(error: DisconnectedError): void {
    this.#ended = error;
    for (const station of this.#stations) station.forget();
    this.#stations.clear();
    this.#recovery.stop();
    this.#current?.cut(afterSent(error));
    // A reply may still come when the port is opened again.
    this.#owe(this.#current);
    const { left } = this.#recovery;
    this.#current = undefined;
    this.turns.fail(error);
    this.#outgoing.fail(error);
    this.#settings.ended(left);
  }

  /** With all that it knew it has forgotten what it was asked: nothing is owed any more. */
  #forgive(error: DisconnectedError): void {
    this.#current?.cut(error);
    this.#current = undefined;
    this.#recovery.forget();
    this.#owed.forget();
  }

  #next(): void {
    if (this.#current || this.#recovery.underWay || this.#ended || this.#hearing) return;
    this.turns.beginNext();
  }

  #send(exchange: Exchange<M>): void {
    const { station } = exchange;
    const { recorder, recipe, name, log } = station;
    const begun = recorder.next;
    // What began before the question and does not go on is noise: it must not spoil the answer.
    if (this.#settings.clock.now() - this.#heardAt > (recipe.quietMs ?? 100)) station.forget();
    const underWay = new ExchangeUnderWay(exchange, {
      name,
      baudRate: this.#settings.baudRate,
      clock: this.#settings.clock,
      transmit: (bytes) => this.#transmit(station, bytes, exchange.invocation),
      echoed: () => !this.#echo.pending,
      wentOver: () => recorder.from(begun),
      ended: () => {
        this.#current = undefined;
        this.turns.pauseFor(exchange.kind, () => this.#next());
        if (this.#soiled) this.#resynchronise(this.#soiled, station);
        else this.#next();
      },
      broken: (error) => {
        log("warning", `${error instanceof Error ? error.message : error}\n${recorder.excerpt(begun)}`);
        this.#owe(underWay);
        this.#resynchronise("an exchange failed", station, error instanceof DeviceTimeoutError);
      },
    });
    this.#current = underWay;
    this.#speakTo(station);
    if (station.echo) this.#echo.expect(exchange.bytes);
    if (this.turns.holder) this.turns.holder.begun = true;
    underWay.send();
  }

  /** Settles at the latest when the wire ends. */
  #transmit(station: Station<M>, bytes: Uint8Array, invocation?: string): Promise<void> {
    station.recorder.sent(bytes, invocation);
    return this.#outgoing.write(bytes);
  }

  #taken(): void {
    if (this.#ended) return;
    this.#owed.prolong();
    this.#recovery.taken();
  }

  /** What another was saying is no beginning of what this one says. */
  #speakTo(station: Station<M> | undefined): void {
    if (this.#settings.shared && this.#spokenTo !== station) station?.forget();
    this.#spokenTo = station;
  }

  #withoutEcho(bytes: Uint8Array): Uint8Array {
    if (!this.#echo.pending) return bytes;
    const rest = this.#echo.take(bytes);
    if (!rest) this.garbage(bytes, "it does not repeat what it was sent");
    else this.#current?.heardEcho();
    return rest ?? bytes;
  }

  #owe(cut: ExchangeUnderWay<M> | undefined): void {
    const reply = cut?.owed;
    if (reply) this.#owed.add(reply);
  }

  /** Get back into step, once the exchange under way has ended. */
  #soil(why: string, station: Station<M>): void {
    if (this.#current) this.#soiled = why;
    else if (!this.#recovery.underWay) this.#resynchronise(why, station);
  }

  #resynchronise(why: string, station: Station<M> | undefined, late = false): void {
    this.#current = undefined;
    this.#soiled = undefined;
    this.#echo.forget();
    this.#speakTo(station);
    this.#recovery.begin(why, station, late);
  }

  /** The others on the line go on. */
  #giveUp(station: Station<M>, how: string): void {
    const error = new DisconnectedError(`${station.name} is unresponsive: it ${how}; check its power and its cable`);
    this.leave(station, error);
    station.lost(error);
  }
}

/** The same for what had been sent: nobody knows what the device has made of it. */
const afterSent = (cause: DisconnectedError) => new DisconnectedError(cause.message, { cause, outcome: "unknown" });
