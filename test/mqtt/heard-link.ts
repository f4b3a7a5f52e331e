import type { InMessage, Link, MessageProperties, OutMessage, SubscribeOptions } from "../../src/mqtt/link.ts";
import { matches } from "../../src/mqtt/topics.ts";

/** A broker that is always there, and what it was told. */
export class HeardLink implements Link {
  readonly connected = true;
  largestMessage = 1024 * 1024;
  readonly sent: OutMessage[] = [];
  /** What becomes of what is published. */
  taken: () => Promise<void> = async () => {};
  /** Of each filter, as what it is subscribed. */
  readonly qos = new Map<string, 0 | 1>();
  readonly #subscriptions = new Set<{ readonly filter: string; heard(message: InMessage): unknown }>();

  async publish(message: OutMessage): Promise<void> {
    this.sent.push(message);
    await this.taken();
  }

  subscribe(filter: string, heard: (message: InMessage) => unknown, { qos = 1 }: SubscribeOptions = {}): () => void {
    this.qos.set(filter, qos);
    const subscription = { filter, heard };
    this.#subscriptions.add(subscription);
    return () => void this.#subscriptions.delete(subscription);
  }

  onConnected(): () => void {
    return () => {};
  }

  /** Somebody has published that; returns how many have heard it. */
  deliver(topic: string, { payload = "", retain = false, duplicate = false, properties = {} }: Published = {}): number {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    const heard = [...this.#subscriptions].filter(({ filter }) => matches(filter, topic));
    for (const one of heard) one.heard({ topic, payload: bytes, retain, duplicate, properties });
    return heard.length;
  }
}

export interface Published {
  readonly payload?: string | Uint8Array;
  readonly retain?: boolean;
  readonly duplicate?: boolean;
  readonly properties?: MessageProperties;
}
