import { BrokerAwayError, MessageRefusedError } from "../../src/experiment-errors.ts";
import type { OutMessage, SubscribeOptions } from "../../src/mqtt/link.ts";
import type { OpenSession, Session, SessionOptions } from "../../src/mqtt/session.ts";
import { matches } from "../../src/mqtt/topics.ts";

interface Client {
  readonly options: SessionOptions;
  readonly filters: Map<string, SubscribeOptions>;
}

/** A broker in memory, for clients of benchd's own and for what a test publishes. */
export class MemoryBroker {
  /** Who may connect, by password; anybody without a user where there is none. */
  readonly users = new Map<string, string>();
  /** By topic, what it has kept. */
  readonly kept = new Map<string, OutMessage>();
  /** All that it has taken. */
  readonly taken: OutMessage[] = [];
  /** Who has connected, in their order. */
  readonly connects: SessionOptions[] = [];
  readonly clients = new Set<Client>();
  /** It takes nothing any more, and does not hang up either. */
  silent = false;

  /** `brokers` by their host. */
  static reach(brokers: Readonly<Record<string, MemoryBroker>>): OpenSession {
    return async (options) => {
      const broker = brokers[options.host];
      if (!broker) throw new BrokerAwayError(`ENOTFOUND ${options.host}`);
      return broker.#connect(options);
    };
  }

  /** Somebody publishes; returns how many have heard it. */
  publish(message: OutMessage): number {
    const { topic, retain = false, properties = {} } = message;
    const payload = Buffer.from(message.payload);
    if (retain && payload.length === 0) this.kept.delete(topic);
    else if (retain) this.kept.set(topic, message);
    let heard = 0;
    for (const { options, filters } of this.clients)
      for (const filter of filters.keys())
        if (matches(filter, topic)) {
          options.heard({ topic, payload, retain, duplicate: false, properties });
          heard++;
        }
    return heard;
  }

  /** What it has taken at topics of that end, as JSON. */
  toldAt(end: string): readonly Record<string, unknown>[] {
    return this.taken.filter(({ topic }) => topic.endsWith(end)).map(({ payload }) => JSON.parse(String(payload)));
  }

  keptAt(topic: string): Record<string, unknown> | undefined {
    const message = this.kept.get(topic);
    return message && JSON.parse(String(message.payload));
  }

  #connect(options: SessionOptions): Session {
    const { user = "", password = "" } = options;
    if (this.users.size > 0 && this.users.get(user) !== password) throw new BrokerAwayError("Not authorized");
    this.connects.push(options);
    const client: Client = { options, filters: new Map() };
    this.clients.add(client);
    const end = () => {
      if (this.clients.delete(client)) options.ended({ why: "as asked", takenOver: false });
    };
    return {
      ...{ largestPacket: 1_000_000, mostInFlight: 64, drop: end },
      end: () => {
        if (!this.silent) end();
      },
      publish: async (message) => {
        if (this.silent) await new Promise(() => {});
        if (!this.clients.has(client)) throw new BrokerAwayError("gone");
        this.taken.push(message);
        this.publish(message);
      },
      subscribe: async (filter, subscription) => {
        if (filter === "") throw new MessageRefusedError("no topic");
        client.filters.set(filter, subscription);
        for (const [topic, { payload, properties = {} }] of [...this.kept])
          if (matches(filter, topic))
            options.heard({ topic, payload: Buffer.from(payload), retain: true, duplicate: false, properties });
      },
      unsubscribe: (filter) => void client.filters.delete(filter),
    };
  }
}
