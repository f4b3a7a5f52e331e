import { hostname } from "node:os";
import { isLoopback } from "../../gateway/config/access.ts";
import type { Config } from "../../gateway/config/config.ts";
import type { MqttConfig } from "../../gateway/config/mqtt.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { seenEvent, seenJson } from "../../http/access/seen-event.ts";
import { Sight } from "../../http/access/sight.ts";
import { Descriptions } from "../../http/descriptions.ts";
import type { Seen } from "../../mqtt/seen.ts";

interface Parts {
  readonly gateway: Gateway;
  readonly config: Config;
  /** Where the gateway listens. */
  readonly url: string;
}

/** The parts of the bench that the configuration lets be told. */
export class ToBroker implements Seen {
  readonly #gateway: Gateway;
  readonly #descriptions: Descriptions;
  readonly #origin: string;
  #names: ReadonlySet<string> | undefined;
  #sight: Sight;

  constructor({ gateway, config, url }: Parts, { things }: Pick<MqttConfig, "things">) {
    this.#gateway = gateway;
    this.#names = things && new Set(things);
    this.#sight = new Sight(gateway, this.#names);
    this.#descriptions = new Descriptions({ gateway, prefix: config.prefix, auth: config.access.auth });
    this.#origin = originOf(config, url);
  }

  /** From now on only what may be told by `things`, too; undefined: of all of them. */
  narrow(things: readonly string[] | undefined): void {
    if (!things) return;
    this.#names = new Set(things.filter((thing) => this.sees(thing)));
    this.#sight = new Sight(this.#gateway, this.#names);
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
