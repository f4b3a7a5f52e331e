import type { Logger } from "pino";
import { Principal } from "../access/principal.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../gateway/config/config.ts";
import type { MqttConfig } from "../gateway/config/mqtt.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { Inside } from "../http/access/inside.ts";
import { mayInvoke } from "../http/affordance.ts";
import type { App } from "../http/view.ts";
import type { Link } from "../mqtt/link.ts";
import { Requests } from "../mqtt/requests.ts";
import { askInside, overMqtt } from "./ask-inside.ts";
import { gatewayLog } from "./logger.ts";

/** Whoever the broker lets publish requests, with what the configuration grants; undefined where it grants nothing by itself. */
export function insideOf({ requests, things }: Pick<MqttConfig, "requests" | "things">): Inside | undefined {
  if (typeof requests === "string") return undefined;
  // Of what is not told of nothing is asked either.
  const grants = requests.map((grant) => (grant.things || !things ? grant : { ...grant, things }));
  return new Inside(new Principal({ name: overMqtt, key: overMqtt, from: overMqtt, grants }));
}

interface Parts {
  readonly app: Pick<App, "inject">;
  readonly gateway: Gateway;
  readonly config: Config;
  readonly link: Link;
  /** Where the gateway listens. */
  readonly url: string;
  /** The process clock. */
  readonly clock: Clock;
  readonly inside: Inside | undefined;
  /** Whether that is a token of the gateway that holds. */
  knows(authorization: string | undefined): boolean;
  readonly log: Logger;
}

/** Take what is asked over MQTT, where the configuration lets anybody ask. */
export function takeRequests({
  app,
  gateway,
  config,
  link,
  url,
  clock,
  inside,
  knows,
  log,
}: Parts): Requests | undefined {
  const { mqtt } = config;
  if (!mqtt || mqtt.requests === "off") return undefined;
  const told = mqtt.things && new Set(mqtt.things);
  return new Requests({
    ...{ link, clock, prefix: mqtt.prefix, gateway: mqtt.gateway, events: gateway.events },
    ask: askInside({ app, config, url, headers: inside?.headers }),
    time: { now: Date.now, trusted: () => gateway.about.clockTrusted() },
    offers(name, action) {
      const thing = told && !told.has(name) ? undefined : gateway.things.get(name);
      return thing !== undefined && mayInvoke(thing, action);
    },
    knows: inside ? () => true : knows,
    log: (level, message) => gatewayLog(log)("", level, message),
  });
}
