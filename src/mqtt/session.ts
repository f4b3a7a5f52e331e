import type { IClientOptions, IConnackPacket, IPublishPacket, MqttClient } from "mqtt";
import { BrokerAwayError, MessageRefusedError } from "../experiment-errors.ts";
import type { InMessage, OutMessage, SubscribeOptions } from "./link.ts";
import { propertiesFrom, propertiesTo } from "./packet-properties.ts";

/** Why a connection has ended, or was not made. */
export interface SessionEnd {
  readonly why: string;
  /** Another client has come with the same id. */
  readonly takenOver: boolean;
}

export interface SessionOptions {
  readonly host: string;
  readonly port: number;
  /** In PEM; undefined for a broker without TLS. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
  readonly clientId: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** What the broker tells when the connection ends and nobody has said so. */
  readonly will: OutMessage;
  heard(message: InMessage): void;
  /** Once, whoever has ended it. */
  ended(end: SessionEnd): void;
}

/** One connection to a broker, from CONNACK to its end. */
export interface Session {
  /** In bytes, the whole packet. */
  readonly largestPacket: number;
  /** So many messages with QoS 1 the broker takes at a time. */
  readonly mostInFlight: number;
  /** Rejects with `BrokerAwayError` or `MessageRefusedError`. */
  publish(message: OutMessage): Promise<void>;
  /** Rejects as `publish` does. */
  subscribe(filter: string, options: SubscribeOptions): Promise<void>;
  unsubscribe(filter: string): void;
  /** Say that it ends, so that the broker tells no will. */
  end(): void;
  /** End it at once. */
  drop(): void;
}

/** Rejects with `BrokerAwayError`; then `ended` is not told. */
export type OpenSession = (options: SessionOptions) => Promise<Session>;

const keepaliveS = 15;
const connectTimeoutMs = 10_000;
/** What is asked of a gateway is small. */
const largestHeardBytes = 1024 * 1024;
const mostHeardAtATime = 64;
/** Without a word of the broker: as MQTT has it. */
const unlimited = { packet: 256 * 1024 * 1024, inFlight: 65_535 };
const sessionTakenOver = 0x8e;

export const openSession: OpenSession = async (options) => {
  // Loaded where a broker is configured: it takes its time and memory.
  // As a whole: what is built of a CommonJS package has no names of its own.
  const { default: mqtt } = await import("mqtt");
  const client = mqtt.connect(clientOptions(options));
  // Its own listeners clean up, so that none but ours may be taken away. What it says of its end is nobody's business.
  client.on("error", () => {});
  const connack = await new Promise<IConnackPacket>((resolve, reject) => {
    const settle = () => {
      client.off("connect", connected).off("error", failed).off("close", closed);
    };
    const connected = (packet: IConnackPacket) => {
      settle();
      resolve(packet);
    };
    const failed = (cause: unknown) => {
      settle();
      client.end(true);
      reject(new BrokerAwayError(reasonOf(cause), { cause }));
    };
    const closed = () => failed("it has hung up, or has not answered, before there was a connection");
    client.on("connect", connected).on("error", failed).on("close", closed);
  });
  // Else what comes after a message that is not acknowledged yet waits for that, 40 ms at worst.
  if ("setNoDelay" in client.stream && typeof client.stream.setNoDelay === "function") client.stream.setNoDelay(true);
  return new MqttSession(client, connack, options);
};

function clientOptions({ host, port, tls, clientId, user, password, will }: SessionOptions): IClientOptions {
  return {
    ...{ protocol: tls ? "mqtts" : "mqtt", host, port, protocolVersion: 5, clientId },
    ...{ clean: true, keepalive: keepaliveS, reschedulePings: true, connectTimeout: connectTimeoutMs },
    ...{ reconnectPeriod: 0, resubscribe: false, queueQoSZero: false },
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...(tls && { ...tls, rejectUnauthorized: true, minVersion: "TLSv1.2" }),
    // One that vouches for itself may be named as well.
    ...(tls?.ca !== undefined && { allowPartialTrustChain: true }),
    properties: {
      sessionExpiryInterval: 0,
      maximumPacketSize: largestHeardBytes,
      receiveMaximum: mostHeardAtATime,
    },
    will: {
      ...{ topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: will.retain ?? false },
      properties: { ...propertiesTo(will.properties ?? {}), willDelayInterval: 0 },
    },
  };
}

class MqttSession implements Session {
  readonly largestPacket: number;
  readonly mostInFlight: number;
  readonly #client: MqttClient;
  readonly #retains: boolean;
  readonly #pending = new Set<(error: Error) => void>();
  #end: SessionEnd | undefined;

  constructor(client: MqttClient, { properties = {} }: IConnackPacket, { heard, ended }: SessionOptions) {
    this.#client = client;
    this.largestPacket = properties.maximumPacketSize ?? unlimited.packet;
    this.mostInFlight = properties.receiveMaximum ?? unlimited.inFlight;
    this.#retains = properties.retainAvailable ?? true;
    let end: SessionEnd = { why: "the connection has ended", takenOver: false };
    const hear = (topic: string, payload: Buffer, packet: IPublishPacket) => heard(messageOf(topic, payload, packet));
    client.on("message", hear);
    client.on("error", (error) => {
      end = { ...end, why: reasonOf(error) };
    });
    client.on("disconnect", ({ reasonCode = 0, properties: told }) => {
      const why = mqttReason(reasonCode, told?.reasonString);
      end = { why: `the broker has ended it: ${why}`, takenOver: reasonCode === sessionTakenOver };
      client.end(true);
    });
    client.once("close", () => {
      this.#end = end;
      client.off("message", hear);
      client.end(true);
      for (const reject of this.#pending) reject(new BrokerAwayError(end.why));
      this.#pending.clear();
      ended(end);
    });
  }

  publish({ topic, payload, retain = false, qos = 1, properties }: OutMessage): Promise<void> {
    return this.#confirmed((done) => {
      const kept = retain && this.#retains;
      const body = typeof payload === "string" ? payload : Buffer.from(payload);
      const told = properties && { properties: propertiesTo(properties) };
      this.#client.publish(topic, body, { qos, retain: kept, ...told }, done);
    });
  }

  subscribe(filter: string, { qos = 1, noLocal = false }: SubscribeOptions): Promise<void> {
    // What is to be kept is to be seen as that.
    return this.#confirmed((done) => this.#client.subscribe(filter, { qos, nl: noLocal, rap: true, rh: 0 }, done));
  }

  unsubscribe(filter: string): void {
    if (this.#client.connected) this.#client.unsubscribe(filter, () => {});
  }

  end(): void {
    this.#client.end(false, { reasonCode: 0 });
  }

  drop(): void {
    this.#client.end(true);
    this.#client.stream.destroy();
  }

  #confirmed(send: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#end) return reject(new BrokerAwayError(this.#end.why));
      this.#pending.add(reject);
      send((error) => {
        this.#pending.delete(reject);
        if (!error) resolve();
        else if ("code" in error && typeof error.code === "number") reject(new MessageRefusedError(reasonOf(error)));
        else reject(new BrokerAwayError(reasonOf(error), { cause: error }));
      });
    });
  }
}

const messageOf = (topic: string, payload: Buffer, packet: IPublishPacket): InMessage => ({
  ...{ topic, payload, retain: packet.retain, duplicate: packet.dup },
  properties: propertiesFrom(packet.properties ?? {}),
});

/** A line: a broker may say much. */
const line = (text: string) => (text.split(/[\r\n]/, 1)[0] ?? "").slice(0, 300);

function reasonOf(error: unknown): string {
  // Of several addresses, what the first one has come to.
  const one = error instanceof AggregateError ? error.errors[0] : error;
  if (!(one instanceof Error)) return line(String(one));
  return line(one.message || ("code" in one ? String(one.code) : one.name));
}

const mqttReason = (code: number, told = "") =>
  code === sessionTakenOver
    ? "another client has connected with the same id"
    : `reason 0x${code.toString(16).padStart(2, "0")}${told && ` (${line(told)})`}`;
