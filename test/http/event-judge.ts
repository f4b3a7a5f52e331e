import type { BenchEvent, NumberedEvent } from "../../src/events/event.ts";
import type { Hear, Message } from "./event-stream.ts";

/** The number in an id. */
const numberOf = (id: string): number => Number(id.split("-")[1]);

/**
 * Holds what a client is told against all that has happened: every event that it wants once and in order, or a gap that
 * is told, and nothing else.
 */
export class Judge {
  readonly #happened: readonly NumberedEvent[];
  readonly #wants: (event: BenchEvent) => boolean;
  /** Up to here it knows everything that it wants, or that it has missed it. */
  #knows: number;
  told = 0;
  gaps = 0;
  /** What was wrong, in words. */
  readonly faults: string[] = [];

  /** From event number `knows` on; `happened` has number 1 at 0. */
  constructor(happened: readonly NumberedEvent[], knows: number, wants: (event: BenchEvent) => boolean) {
    this.#happened = happened;
    this.#knows = knows;
    this.#wants = wants;
  }

  /** How many events it wants and has not been told. */
  get owed(): number {
    return this.#between(this.#knows, this.#happened.length).length;
  }

  /** It was told to resume from here, which promises that it has missed nothing. */
  #place(number: number): void {
    const missed = this.#between(this.#knows, number);
    if (missed.length > 0 || number < this.#knows)
      throw new Error(`from ${this.#knows} to ${number} it was not told of ${missed.join()}`);
    this.#knows = number;
  }

  /** As a reader of the stream is told. */
  readonly hear: Hear = (id, message) => {
    // Thrown, it would end in the socket that has brought it.
    try {
      this.#hear(id, message);
    } catch (error) {
      this.faults.push(error instanceof Error ? error.message : String(error));
    }
  };

  #hear(id: string, message?: Message): void {
    if (!message) this.#place(numberOf(id));
    else if (message.event === "gap") this.#gap(numberOf(id), JSON.parse(message.data));
    else this.#message(numberOf(id), message);
  }

  #message(number: number, { event, data }: Message): void {
    if (number <= this.#knows) throw new Error(`${number} is told again, or after ${this.#knows}`);
    this.#place(number - 1);
    const happened = this.#happened[number - 1];
    if (!happened || !this.#wants(happened.event)) throw new Error(`${number} is told, and not wanted`);
    if (event !== happened.event.kind || data !== happened.json) throw new Error(`${number} is told as ${data}`);
    this.#knows = number;
    this.told++;
  }

  #gap(number: number, { missed }: { readonly missed: number | null }): void {
    if (number < this.#knows) throw new Error(`a gap leads back from ${this.#knows} to ${number}`);
    const least = this.#between(this.#knows, number).length;
    if (missed !== null && (missed < least || missed > number - this.#knows))
      throw new Error(`${missed} are said to be missing from ${this.#knows} to ${number}`);
    if (number === this.#knows) throw new Error("a gap is told where nothing is missing");
    this.#knows = number;
    this.gaps++;
  }

  /** The numbers of what it wants after one and up to another. */
  #between(from: number, to: number): readonly number[] {
    return this.#happened.slice(from, to).flatMap(({ event, number }) => (this.#wants(event) ? [number] : []));
  }
}
