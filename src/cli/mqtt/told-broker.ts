import type { Logger } from "pino";
import type { Clock } from "../../clock.ts";
import type { Environment } from "../../experiment/notify/secret.ts";
import type { Config } from "../../gateway/config/config.ts";
import type { MqttConfig } from "../../gateway/config/mqtt.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Inside } from "../../http/access/inside.ts";
import type { App } from "../../http/view.ts";
import { Bridge, type Left } from "../../mqtt/bridge.ts";
import { Connection } from "../../mqtt/connection.ts";
import { brokerMetrics } from "../../mqtt/figures.ts";
import { clearFormerNames } from "../../mqtt/former-names.ts";
import type { Requests } from "../../mqtt/requests.ts";
import { type OpenSession, openSession } from "../../mqtt/session.ts";
import { Topics } from "../../mqtt/topics.ts";
import { gatewayLog } from "../logger.ts";
import { insideOf, takeRequests } from "../mqtt-requests.ts";
import { credentialsOf, digestOf } from "./credentials.ts";
import { namesKept } from "./names.ts";
import { ToBroker } from "./seen.ts";

export interface MqttParts {
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
  /** Whether that is a token of the gateway that holds. */
  knows(authorization: string | undefined): boolean;
  /** For tests: how a broker is reached. */
  readonly open?: OpenSession;
}

/** What one leaves to the next. */
export interface Before extends Left {
  readonly connections: number;
}

/** The broker of a configuration, which is told what happens, and asks. */
export class ToldBroker {
  readonly inside: Inside | undefined;
  readonly #seen: ToBroker;
  readonly #connection: Connection;
  readonly #bridge: Bridge;
  readonly #requests: Requests | undefined;
  readonly #leaveNames: () => void;
  readonly #forget: readonly (() => void)[];
  /** Of what the connection was tried with last. */
  #digest: string | undefined;

  /** It waits for no broker. */
  constructor(parts: MqttParts, mqtt: MqttConfig, before: Before | undefined) {
    const { gateway, clock, environment, log, open = openSession } = parts;
    const logged = gatewayLog(log);
    const topics = new Topics(mqtt);
    this.inside = insideOf(mqtt);
    this.#seen = new ToBroker(parts, mqtt);
    this.#connection = new Connection({
      ...{ clock, open, name: `the broker ${mqtt.host}:${mqtt.port}`, earlier: before?.connections },
      log: (level, message) => logged("", level, message),
      server: async () => {
        const credentials = await credentialsOf(mqtt, environment).catch((error: unknown) => {
          this.#digest = undefined;
          throw error;
        });
        this.#digest = digestOf(credentials);
        const clientId = topics.base.replaceAll("/", ".");
        return { host: mqtt.host, port: mqtt.port, clientId, ...credentials, will: this.#bridge.will };
      },
    });
    this.#bridge = new Bridge({
      ...{ gateway, link: this.#connection, topics, clock, seen: this.#seen, before },
      log: (level, message) => logged("", level, message),
    });
    this.#forget = [
      gateway.health.add(this.#bridge.probe),
      gateway.figures.add(({ all }) => (all ? brokerMetrics(this.#bridge.figures) : [])),
    ];
    this.#bridge.begin();
    this.#leaveNames = clearFormerNames({
      ...{ gateway, link: this.#connection, topics, clock, broker: `${mqtt.host}:${mqtt.port}` },
      ...namesKept(parts),
    });
    this.#requests = takeRequests({ ...parts, inside: this.inside, link: this.#connection });
    this.#connection.begin();
  }

  /** Tells which credentials the connection has, or was tried with last; undefined where they could not be read. */
  get digest(): string | undefined {
    return this.#digest;
  }

  /** Nothing more is asked, and nothing told but what `things` allows as well: another configuration holds. */
  retire(things: readonly string[] | undefined): void {
    this.#requests?.close();
    this.#seen.narrow(things);
  }

  /** Tell that it ends, and why. What was asked is answered first, if that takes no longer than `answersMs`. */
  async end(why: string, answersMs = 0): Promise<Before> {
    this.#requests?.close();
    this.#leaveNames();
    await this.#requests?.rest(answersMs);
    await this.#bridge.end(why);
    await this.#connection.close();
    for (const one of this.#forget) one();
    return { ...this.#bridge.left, connections: this.#connection.connections };
  }
}
