import { ConfigError } from "../errors.ts";
import type { Config } from "../gateway/config/config.ts";
import type { Follower, Prepared } from "../gateway/reload/follower.ts";
import type { LiveSection } from "../gateway/reload/plan.ts";
import type { Identify } from "../http/access/identify.ts";
import { assertTokensForMqtt } from "./access.ts";
import { digestOf, soundCredentials } from "./mqtt/credentials.ts";
import { type Before, type MqttParts, ToldBroker } from "./mqtt/told-broker.ts";
import type { StopRequests } from "./stop.ts";

interface Parts extends MqttParts {
  /** By what it ends. */
  readonly stop: Pick<StopRequests, "first" | "fatal">;
}

/** What was asked before another configuration held is waited for so long; milliseconds. */
export const answersMs = 1000;

/** Tells the broker of the configuration, where it names one, what happens; another one once the configuration does. */
export class Mqtt implements Follower {
  readonly #parts: Parts;
  readonly #leave: () => void;
  /** The latest that was taken up. */
  #config: Config;
  #broker: ToldBroker | undefined;
  /** Of the one before, until there is another one. */
  #left: Before | undefined;
  #turn: Promise<void> = Promise.resolve();
  #ended = false;
  #why = "it was asked to end";

  /** It waits for no broker. */
  constructor(parts: Parts) {
    const { config, gateway, stop } = parts;
    this.#parts = parts;
    this.#config = config;
    if (config.mqtt) this.#broker = new ToldBroker(parts, config.mqtt, undefined);
    this.#leave = gateway.reloads.follow(this);
    void stop.first.then((signal) => {
      this.#why = signal;
    });
    void stop.fatal.then((error) => {
      this.#why = `a fault in benchd itself: ${error}`;
    });
  }

  /** Whoever asks over the broker, where the configuration grants him something by itself. */
  readonly identify: Identify = (request) => this.#broker?.inside?.identify(request);

  async prepare(config: Config, sections: readonly LiveSection[]): Promise<Prepared | undefined> {
    const { mqtt } = config;
    assertTokensForMqtt(config);
    const digest = mqtt && digestOf(await this.#sound(config, mqtt));
    const section = "mqtt";
    if (sections.includes(section)) return { section, take: () => this.#take(config) };
    if (digest === this.#broker?.digest) return undefined;
    // By then it may have found them by itself.
    return { section, take: async () => (digest === this.#broker?.digest ? undefined : this.#take(config)) };
  }

  /** Bounded, whatever the broker does. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#leave();
    await this.#turn;
    await this.#broker?.end(this.#why);
  }

  async #sound(config: Config, mqtt: NonNullable<Config["mqtt"]>) {
    try {
      return await soundCredentials(config, mqtt, this.#parts.environment);
    } catch (cause) {
      if (cause instanceof ConfigError) throw cause;
      throw new ConfigError(`${config.at("mqtt")}: the broker's credentials cannot be read: ${cause}`, { cause });
    }
  }

  /** At once nobody is told or answered more than it allows; the rest when the one before has ended. Never rejects. */
  #take(config: Config): Promise<void> {
    this.#config = config;
    this.#broker?.retire(config.mqtt?.things);
    const { log } = this.#parts;
    this.#turn = this.#turn
      .then(() => this.#exchange(config))
      .catch((error: unknown) => log.error({ err: error }, "the broker cannot be told of anything"));
    return this.#turn;
  }

  async #exchange(config: Config): Promise<void> {
    const { mqtt } = config;
    const ended = this.#broker;
    if (ended) this.#left = await ended.end("its configuration has changed", answersMs);
    this.#broker = undefined;
    if (!mqtt) this.#left = undefined;
    // Another one has been taken up meanwhile.
    if (this.#ended || config !== this.#config || !mqtt) return;
    // One that is new is told of what happens from now on.
    const before = this.#left ?? { place: this.#parts.gateway.events.last, values: [], connections: 0 };
    this.#left = undefined;
    this.#broker = new ToldBroker({ ...this.#parts, config }, mqtt, before);
  }
}
