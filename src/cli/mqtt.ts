import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import { type Environment, secretOf } from "../experiment/notify/secret.ts";
import { isLoopback } from "../gateway/config/access.ts";
import type { Config } from "../gateway/config/config.ts";
import type { BrokerTls, MqttConfig } from "../gateway/config/mqtt.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Inside } from "../http/access/inside.ts";
import { seenEvent, seenJson } from "../http/access/seen-event.ts";
import { Sight } from "../http/access/sight.ts";
import { Descriptions } from "../http/descriptions.ts";
import type { App } from "../http/view.ts";
import { Bridge } from "../mqtt/bridge.ts";
import { Connection } from "../mqtt/connection.ts";
import { brokerMetrics } from "../mqtt/figures.ts";
import type { Seen } from "../mqtt/seen.ts";
import { openSession } from "../mqtt/session.ts";
import { Topics } from "../mqtt/topics.ts";
import { gatewayLog } from "./logger.ts";
import { takeRequests } from "./mqtt-requests.ts";
import type { StopRequests } from "./stop.ts";

interface Parts {
  readonly gateway: Gateway;
  readonly config: Config;
  /** Where the gateway listens. */
  readonly url: string;
  /** The process clock. */
  readonly clock: Clock;
  readonly environment: Environment;
  readonly log: Logger;
  /** What is asked over MQTT is asked there. */
  readonly app: Pick<App, "inject">;
  readonly inside: Inside | undefined;
  /** Whether that is a token of the gateway that holds. */
  knows(authorization: string | undefined): boolean;
  /** By what it ends. */
  readonly stop: Pick<StopRequests, "first" | "fatal">;
}

/** Tell the broker of the configuration, where it names one, what happens. Returns how to end that; waits for no broker. */
export function startMqtt(parts: Parts): () => Promise<void> {
  const { gateway, config, clock, environment, log, stop } = parts;
  const { mqtt } = config;
  if (!mqtt) return async () => {};
  const logged = gatewayLog(log);
  const topics = new Topics(mqtt);
  const connection = new Connection({
    ...{ clock, open: openSession, name: `the broker ${mqtt.host}:${mqtt.port}` },
    log: (level, message) => logged("", level, message),
    server: async () => ({
      ...{ host: mqtt.host, port: mqtt.port, user: mqtt.user, clientId: topics.base.replaceAll("/", ".") },
      password: mqtt.password && (await secretOf(mqtt.password, environment)),
      tls: mqtt.tls && (await trustOf(mqtt.tls)),
      will: bridge.will,
    }),
  });
  const bridge = new Bridge({
    ...{ gateway, link: connection, topics, clock, seen: new ToBroker(parts, mqtt) },
    log: (level, message) => logged("", level, message),
  });
  const forget = [
    gateway.health.add(bridge.probe),
    gateway.figures.add(({ all }) => (all ? brokerMetrics(bridge.figures) : [])),
  ];
  bridge.begin();
  const takeNoMore = takeRequests({ ...parts, link: connection });
  connection.begin();
  let why = "it was asked to end";
  void stop.first.then((signal) => {
    why = signal;
  });
  void stop.fatal.then((error) => {
    why = `a fault in benchd itself: ${error}`;
  });
  return async () => {
    for (const one of forget) one();
    takeNoMore();
    await bridge.end(why);
    await connection.close();
  };
}

/** The parts of the bench that the configuration lets be told. */
class ToBroker implements Seen {
  readonly #names: ReadonlySet<string> | undefined;
  readonly #descriptions: Descriptions;
  readonly #origin: string;
  readonly #sight: Sight;

  constructor({ gateway, config, url }: Parts, { things }: MqttConfig) {
    this.#names = things && new Set(things);
    this.#sight = new Sight(gateway, this.#names);
    this.#descriptions = new Descriptions({ gateway, prefix: config.prefix, auth: config.access.auth });
    this.#origin = originOf(config, url);
  }

  get things() {
    return this.#sight.things;
  }
  get all() {
    return this.#names === undefined;
  }
  sees(thing: string) {
    return this.#names?.has(thing) ?? true;
  }
  event(told: Parameters<Seen["event"]>[0]) {
    return seenEvent(told.event, this.#sight) && seenJson(told, this.#sight);
  }
  text(words: string | null) {
    return this.#sight.text(words);
  }
  description(thing: Parameters<Seen["description"]>[0]) {
    return this.#descriptions.of(thing, this.#origin).text;
  }
}

/** Where others find the gateway: by the name it is known under, where it listens on more than this machine. */
function originOf({ listen, allowedHosts }: Config, url: string): string {
  if (isLoopback(listen.host)) return url;
  const everywhere = ["0.0.0.0", "::"].includes(listen.host);
  const [name = everywhere ? hostname() : undefined] = allowedHosts;
  if (name === undefined) return url;
  const { protocol, port } = new URL(url);
  return `${protocol}//${name}${port && `:${port}`}`;
}

async function trustOf({ ca, certificate, key }: BrokerTls) {
  const text = async (file: string) => await readFile(file, "utf8");
  return {
    ...(ca !== undefined && { ca: await text(ca) }),
    ...(certificate !== undefined && { cert: await text(certificate) }),
    ...(key !== undefined && { key: await text(key) }),
  };
}
