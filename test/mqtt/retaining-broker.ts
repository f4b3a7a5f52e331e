import { BrokerAwayError, MessageRefusedError } from "../../src/experiment-errors.ts";
import type { InMessage, Link, OutMessage, SubscribeOptions } from "../../src/mqtt/link.ts";
import { matches } from "../../src/mqtt/topics.ts";

interface Heard {
  readonly filter: string;
  readonly by: RetainingLink;
  readonly options: SubscribeOptions;
  heard(message: InMessage): unknown;
}

/** A broker in memory: it keeps what it is to keep, and passes on what is published, at once. */
export class RetainingBroker {
  readonly kept = new Map<string, string>();
  readonly subscriptions = new Set<Heard>();
  /** All that was published, in its order. */
  readonly taken: string[] = [];

  link(): RetainingLink {
    return new RetainingLink(this);
  }

  publish({ topic, payload, retain = false }: OutMessage, by?: RetainingLink): void {
    const text = typeof payload === "string" ? payload : Buffer.from(payload).toString();
    this.taken.push(topic);
    if (retain && text === "") this.kept.delete(topic);
    else if (retain) this.kept.set(topic, text);
    for (const one of [...this.subscriptions])
      if (matches(one.filter, topic) && !(one.options.noLocal && one.by === by))
        one.heard(message(topic, text, retain));
  }
}

const message = (topic: string, text: string, retain: boolean): InMessage => ({
  ...{ topic, payload: Buffer.from(text), retain, duplicate: false, properties: {} },
});

/** A connection to it, which a test makes and breaks. */
export class RetainingLink implements Link {
  connected = false;
  readonly largestMessage = 1_000_000;
  /** Whether the broker lets it publish there, and read. */
  mayPublish = (_: string) => true;
  mayRead = (_: string) => true;
  /** Called before each message that is taken. */
  before = (_: OutMessage) => {};
  readonly #broker: RetainingBroker;
  readonly #listeners = new Set<() => void>();

  constructor(broker: RetainingBroker) {
    this.#broker = broker;
  }

  connect(): void {
    this.connected = true;
    for (const heard of [...this.#listeners]) heard();
  }
  async publish(one: OutMessage): Promise<void> {
    this.before(one);
    if (!this.connected) throw new BrokerAwayError("away");
    if (!this.mayPublish(one.topic)) throw new MessageRefusedError("not authorised");
    this.#broker.publish(one, this);
  }
  subscribe(filter: string, heard: (message: InMessage) => unknown, options: SubscribeOptions = {}): () => void {
    const subscription = { filter, by: this, options, heard };
    this.#broker.subscriptions.add(subscription);
    if (this.connected)
      for (const [topic, text] of [...this.#broker.kept])
        if (matches(filter, topic) && this.mayRead(topic)) heard(message(topic, text, true));
    return () => void this.#broker.subscriptions.delete(subscription);
  }
  onConnected(heard: () => void): () => void {
    this.#listeners.add(heard);
    if (this.connected) heard();
    return () => void this.#listeners.delete(heard);
  }
}
