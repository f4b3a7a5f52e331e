import { AsyncResource } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { LaneFullError } from "../errors.ts";
import type { BenchEvent, NumberedEvent } from "./event.ts";
import { Written } from "./written.ts";

export interface EventLogOptions {
  /** So many of the latest are kept. */
  readonly maxEvents?: number;
  /** What those that are kept may weigh together, about; bytes. */
  readonly maxBytes?: number;
  /** Told of what a listener has thrown. */
  failed?(error: unknown): void;
}

/** What has happened since some number. */
export interface Since {
  /** In their order. */
  readonly events: readonly NumberedEvent[];
  /** How many came before these and are not kept any more. */
  readonly missed: number;
}

const maxListeners = 2000;

/**
 * What has happened on the bench, numbered, and the latest of it kept: bounded by number and by weight, whoever listens
 * or not. Telling one never fails, and waits for nobody.
 */
export class EventLog {
  /** This run of the process; an id on the wire is `${epoch}-${number}`. */
  readonly epoch = randomBytes(6).toString("hex");
  readonly #maxBytes: number;
  readonly #failed: (error: unknown) => void;
  /** A ring: each at its number, modulo its size. */
  readonly #ring: (Written | undefined)[];
  readonly #listeners = new Set<(told: NumberedEvent) => void>();
  #oldest = 1;
  #last = 0;
  #bytes = 0;
  /** The latest that the listeners have been told. */
  #told = 0;
  #telling = false;

  constructor({ maxEvents = 10_000, maxBytes = 16 * 2 ** 20, failed = () => {} }: EventLogOptions = {}) {
    this.#ring = new Array(maxEvents).fill(undefined);
    this.#maxBytes = maxBytes;
    this.#failed = failed;
  }

  /** The number of the latest; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** The number of the oldest that is kept; one more than the last when none is. */
  get oldest(): number {
    return this.#oldest;
  }

  /** What those that are kept weigh together, about; bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  add(event: BenchEvent): NumberedEvent {
    const number = ++this.#last;
    const told = new Written(event, number, Date.now());
    this.#bytes += told.bytes;
    while (this.#oldest < number && (number - this.#oldest >= this.#ring.length || this.#bytes > this.#maxBytes))
      this.#drop();
    this.#ring[number % this.#ring.length] = told;
    this.#tell();
    return told;
  }

  /** The event of that number, while it is kept. */
  get(number: number): NumberedEvent | undefined {
    const told = this.#ring[number % this.#ring.length];
    return told?.number === number ? told : undefined;
  }

  /** What has come after the event of that number; 0: all that is kept. */
  after(number: number): Since {
    const from = Math.max(number + 1, this.#oldest);
    const events = Array.from({ length: Math.max(0, this.#last - from + 1) }, (_, n) => this.get(from + n));
    return { events: events.filter((one) => one !== undefined), missed: Math.max(0, from - number - 1) };
  }

  /**
   * Be told of each event as it happens, in their order; returns how to stop that. One that throws harms nobody. Throws
   * `LaneFullError` when too many listen.
   */
  listen(listener: (told: NumberedEvent) => void): () => void {
    if (this.#listeners.size >= maxListeners) throw new LaneFullError(`${maxListeners} listen to events already`);
    // What happens does so in the context of whatever work has caused it, which a listener is no part of.
    const bound = AsyncResource.bind(listener);
    this.#listeners.add(bound);
    return () => void this.#listeners.delete(bound);
  }

  #drop(): void {
    const at = this.#oldest++ % this.#ring.length;
    this.#bytes -= this.#ring[at]?.bytes ?? 0;
    this.#ring[at] = undefined;
  }

  /** What a listener causes is told once all have been told what it has heard. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    try {
      while (this.#told < this.#last) {
        const told = this.get(++this.#told);
        if (told) for (const listener of [...this.#listeners]) this.#tellOne(listener, told);
      }
    } finally {
      this.#telling = false;
    }
  }

  #tellOne(listener: (told: NumberedEvent) => void, told: NumberedEvent): void {
    try {
      listener(told);
    } catch (error) {
      this.#failed(error);
    }
  }
}
