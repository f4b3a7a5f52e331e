/** What is said beside a message's payload, in MQTT 5. */
export interface MessageProperties {
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
  readonly contentType?: string;
  /** Seconds, after which a broker gives it to nobody any more. */
  readonly messageExpiryInterval?: number;
  /** Several of one name are told as a list, in their order. */
  readonly userProperties?: Readonly<Record<string, string | readonly string[]>>;
}

export interface OutMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  /** The broker keeps it for those who come later; an empty payload makes it forget. Not unless told. */
  readonly retain?: boolean;
  /** 1 unless told: it arrives, perhaps twice. */
  readonly qos?: 0 | 1;
  readonly properties?: MessageProperties;
}

export interface InMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Whether the broker has kept it from earlier, or is to keep it. */
  readonly retain: boolean;
  /** Whether the broker has perhaps sent it before. */
  readonly duplicate: boolean;
  readonly properties: MessageProperties;
}

export interface SubscribeOptions {
  /** 1 unless told. */
  readonly qos?: 0 | 1;
  /** What this gateway itself publishes is not heard; it is, unless told. */
  readonly noLocal?: boolean;
}

/** One connection to a broker, made again by itself. It keeps nothing for later: what it cannot send now is refused. */
export interface Link {
  readonly connected: boolean;
  /**
   * Resolves when the broker has it (QoS 0: when it is on its way). Those of one topic arrive in their order. Rejects with
   * `BrokerAwayError` when there is no connection, or that goes meanwhile: nobody knows then whether the broker has it;
   * with `MessageRefusedError` when the broker does not take it, or it is larger than `largestMessage`; with
   * `LaneFullError` when too many wait already.
   */
  publish(message: OutMessage): Promise<void>;
  /**
   * Subscribed now, and anew at each connection. No two filters may match one topic.
   *
   * @param heard Whoever throws here, or rejects, is logged; the connection does not suffer.
   * @returns How to stop.
   */
  subscribe(filter: string, heard: (message: InMessage) => unknown, options?: SubscribeOptions): () => void;
  /**
   * Each time it is connected anew, and at once if it is.
   *
   * @returns How to stop.
   */
  onConnected(heard: () => void): () => void;
  /** In bytes, topic and properties included; as the broker has told at the latest connection. */
  readonly largestMessage: number;
}
