import type { Timer } from "../clock.ts";
import type { NumberedEvent } from "../events/event.ts";
import { MessageRefusedError } from "../experiment-errors.ts";
import type { OutMessage } from "./link.ts";
import { fitting, packetBytes } from "./packet-bytes.ts";
import type { PublisherOptions } from "./publisher-options.ts";
import { UnderWay } from "./under-way.ts";

interface Going {
  readonly message: OutMessage;
  /** Of what was made of events: where it begins anew when it does not arrive. */
  readonly from?: number;
}

/** No more events are looked at before others have their turn. */
const maxLooked = 1000;
/** Kept topics that are not this gateway's any more wait for the broker, up to so many. */
const maxChanged = 20_000;
const againMs = 1000;

/**
 * Tells a broker what happens. It has a place in the event log and no buffer: what the broker has not confirmed is told
 * again on the next connection, from there. What the broker keeps is told as it is when it is told, and all of it on each
 * connection.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #leave: (() => void)[] = [];
  /** Topics whose kept message is to be told. */
  readonly #changed = new Set<string>();
  readonly #underWay = new UnderWay();
  /** The last event that was looked at. */
  #cursor: number;
  /** What was sent before this came up to nothing. */
  #generation = 0;
  #turn = false;
  #soon = false;
  #halted = true;
  #closed = false;
  #again: Timer | undefined;
  #rested = () => {};
  #sent = 0;
  #refused = 0;
  #refusedHere = 0;
  #missed = 0;
  /** Up to which number they are counted among those. */
  #missedTo = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#cursor = options.after ?? 0;
  }

  begin(): void {
    const { link, events } = this.#options;
    this.#leave.push(
      events.listen((told) => this.#hear(told)),
      link.onConnected(() => this.#anew()),
    );
  }

  /** Events that the broker has not confirmed yet, those that it is not told too. */
  get behind(): number {
    return this.#options.events.last - this.place;
  }
  /** Messages that the broker has confirmed. */
  get sent() {
    return this.#sent;
  }
  /** Those that it has not taken. */
  get refused() {
    return this.#refused;
  }
  /** Events that were gone before they could be told. */
  get missed(): number {
    return this.#missed;
  }

  /** The last event before which nothing is left to be confirmed. */
  get place(): number {
    return this.#underWay.begun(this.#cursor);
  }

  /** For how long the broker has confirmed nothing of what it was sent; milliseconds. */
  get silentMs(): number {
    return this.#underWay.silentMs(this.#options.clock.now());
  }

  /** The kept message of a topic is another one, or none any more. */
  change(topics: Iterable<string>): void {
    for (const topic of topics) if (this.#changed.size < maxChanged) this.#changed.add(topic);
    this.#later();
  }

  /** Resolves when the broker has everything, or cannot be told, or after that time. */
  async rest(withinMs: number): Promise<void> {
    if (this.#isAtRest) return;
    await new Promise<void>((resolve) => {
      const late = this.#options.clock.after(withinMs, () => this.#rested());
      this.#rested = () => {
        late.cancel();
        this.#rested = () => {};
        resolve();
      };
      this.#later();
    });
  }

  close(): void {
    this.#closed = true;
    for (const leave of this.#leave.splice(0)) leave();
    this.#again?.cancel();
    this.#changed.clear();
    this.#rested();
  }

  get #isAtRest(): boolean {
    if (this.#closed || this.#halted || !this.#options.link.connected) return true;
    return this.#underWay.isEmpty && this.#changed.size === 0 && this.#cursor >= this.#options.events.last;
  }

  #hear(told: NumberedEvent): void {
    this.change([this.#options.changed(told)].filter((topic) => topic !== undefined));
  }

  /** There is a connection: all that is kept is told, and events go on after the last that was confirmed. */
  #anew(): void {
    this.#generation++;
    this.#cursor = this.place;
    this.#underWay.clear();
    this.#refusedHere = 0;
    this.#halted = false;
    this.#again?.cancel();
    // First what there is; then what is there no more.
    const stale = [...this.#changed];
    this.#changed.clear();
    this.change([...this.#options.kept(), ...stale]);
  }

  /** What comes together in a turn goes together. */
  #later(): void {
    if (this.#soon || this.#closed) return;
    this.#soon = true;
    setImmediate(() => {
      this.#soon = false;
      this.#send();
    });
  }

  #send(): void {
    while (!this.#closed && !this.#halted && !this.#underWay.isFull) {
      const next = this.#next();
      if (!next) break;
      this.#sendOne(next);
    }
    if (this.#isAtRest) this.#rested();
  }

  /** By turns, so that neither keeps the other from being told. */
  #next(): Going | undefined {
    this.#turn = !this.#turn;
    return this.#turn ? (this.#nextKept() ?? this.#nextEvent()) : (this.#nextEvent() ?? this.#nextKept());
  }

  #nextKept(): Going | undefined {
    for (const topic of this.#changed) {
      this.#changed.delete(topic);
      const message = this.#made(() => this.#options.keptMessage(topic));
      if (message) return { message };
    }
    return undefined;
  }

  /** What cannot be told is no reason to end. */
  #made(make: () => OutMessage | undefined): OutMessage | undefined {
    try {
      return make();
    } catch (error) {
      this.#refuse(`what could not be written (${error})`);
      return undefined;
    }
  }

  #refuse(why: string): void {
    this.#refused++;
    if (this.#refusedHere++ === 0) this.#options.refused(why);
  }

  #nextEvent(): Going | undefined {
    const { events, message, gap } = this.#options;
    const missed = events.oldest - 1 - this.#cursor;
    if (missed > 0) {
      const from = this.#cursor;
      this.#cursor += missed;
      this.#missed += this.#cursor - Math.max(from, this.#missedTo);
      this.#missedTo = this.#cursor;
      return { message: gap(missed, this.#cursor), from };
    }
    for (let looked = 0; this.#cursor < events.last; looked++) {
      if (looked >= maxLooked) {
        this.#later();
        return undefined;
      }
      const told = events.get(++this.#cursor);
      const found = told && this.#made(() => message(told));
      if (found) return { message: found, from: this.#cursor - 1 };
    }
    return undefined;
  }

  #sendOne(one: Going): void {
    const { link, clock } = this.#options;
    const generation = this.#generation;
    const message = fitting(one.message, link.largestMessage);
    const ended = this.#underWay.add({ bytes: packetBytes(message), from: one.from }, clock.now());
    const over = () => {
      ended(clock.now());
      this.#later();
    };
    link.publish(message).then(
      () => {
        if (generation !== this.#generation) return;
        this.#sent++;
        over();
      },
      (error: unknown) => {
        if (generation !== this.#generation) return;
        if (!(error instanceof MessageRefusedError)) return this.#halt();
        this.#refuse(`${message.topic}: ${error.message}`);
        over();
      },
    );
  }

  /** Until there is a connection; or, where there is one, somewhat later. */
  #halt(): void {
    this.#halted = true;
    this.#rested();
    this.#again?.cancel();
    this.#again = this.#options.clock.after(againMs, () => {
      if (this.#options.link.connected) this.#anew();
    });
  }
}
