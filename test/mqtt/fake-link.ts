import { BrokerAwayError, MessageRefusedError } from "../../src/experiment-errors.ts";
import type { InMessage, Link, OutMessage } from "../../src/mqtt/link.ts";
import { matches } from "../../src/mqtt/topics.ts";

interface Going {
  readonly message: OutMessage;
  resolve(): void;
  reject(error: Error): void;
}

/** A connection in a test's hands: the broker takes what it is sent when it is told to. */
export class FakeLink implements Link {
  connected = false;
  largestMessage = 100_000;
  /** What the broker has kept, by topic. */
  readonly kept = new Map<string, string>();
  /** All that the broker has taken, in its order. */
  readonly taken: OutMessage[] = [];
  readonly filters = new Map<string, (message: InMessage) => unknown>();
  /** What the broker refuses. */
  refuses = (_: OutMessage) => false;
  readonly error = undefined;
  connections = 0;
  contests = 0;
  #going: Going[] = [];
  readonly #listeners = new Set<() => void>();

  get inFlight() {
    return this.#going.length;
  }
  /** What is on its way. */
  get going(): readonly OutMessage[] {
    return this.#going.map(({ message }) => message);
  }

  publish(message: OutMessage): Promise<void> {
    if (!this.connected) return Promise.reject(new BrokerAwayError("away"));
    return new Promise((resolve, reject) => this.#going.push({ message, resolve, reject }));
  }
  subscribe(filter: string, heard: (message: InMessage) => unknown): () => void {
    this.filters.set(filter, heard);
    return () => void this.filters.delete(filter);
  }
  onConnected(heard: () => void): () => void {
    this.#listeners.add(heard);
    if (this.connected) heard();
    return () => void this.#listeners.delete(heard);
  }

  contested(): void {
    this.contests++;
  }
  connect(): void {
    this.connected = true;
    this.connections++;
    for (const heard of [...this.#listeners]) heard();
  }
  /** The broker takes the first so many; it says so unless `silently`. */
  take(count: number, silently = false): void {
    for (const one of this.#going.slice(0, count)) this.#take(one, silently);
    if (!silently) this.#going = this.#going.slice(count);
  }
  /** What was taken silently stays unconfirmed. */
  disconnect(): void {
    this.connected = false;
    for (const { reject } of this.#going.splice(0)) reject(new BrokerAwayError("gone"));
  }
  /** Somebody publishes, or the broker sends what it has kept. */
  tell(topic: string, payload: string, retain = false): void {
    const message = { topic, payload: Buffer.from(payload), retain, duplicate: false, properties: {} };
    for (const [filter, heard] of this.filters) if (matches(filter, topic)) heard(message);
  }
  /** What comes after all that is to be done now, with a broker that takes everything. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      await turn();
      quiet = this.inFlight === 0 ? quiet + 1 : 0;
      this.take(this.inFlight);
    }
  }

  #take({ message, resolve, reject }: Going, silently: boolean): void {
    if (this.refuses(message)) {
      reject(new MessageRefusedError("not authorised"));
      return;
    }
    this.taken.push(message);
    if (message.retain && message.payload === "") this.kept.delete(message.topic);
    else if (message.retain) this.kept.set(message.topic, String(message.payload));
    if (!silently) resolve();
  }
}

export const turn = () => new Promise((resolve) => setImmediate(resolve));
