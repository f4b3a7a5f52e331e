import { hostname } from "node:os";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import { servicesOf } from "../discovery/announcement.ts";
import { Announcer } from "../discovery/announcer.ts";
import type { Config } from "../gateway/config/config.ts";
import { isAnnounced } from "../gateway/config/discovery.ts";
import type { Gateway } from "../gateway/gateway.ts";

interface Announcing {
  readonly gateway: Pick<Gateway, "installation">;
  readonly config: Pick<Config, "listen" | "prefix" | "discovery">;
  /** Where it listens. */
  readonly url: string;
  /** The process clock. */
  readonly clock: Clock;
  readonly log: Pick<Logger, "warn" | "info">;
}

/** Tell the network that this gateway is there, unless the configuration will not have it. Returns how to say goodbye. */
export function announce({ gateway, config, url, clock, log }: Announcing): () => Promise<void> {
  if (!isAnnounced(config)) return async () => {};
  const { prefix } = config;
  const { port, protocol } = new URL(url);
  const secure = protocol === "https:";
  const services = servicesOf({
    ...{ hostname: hostname(), prefix, secure, installation: gateway.installation },
    port: Number(port) || (secure ? 443 : 80),
  });
  const announcer = new Announcer({ services, clock, warn: (message) => log.warn(message) });
  log.info(`announced by mDNS as "${services[0]?.name}" (discovery: { mdns: false } ends that)`);
  return () => announcer.stop();
}
