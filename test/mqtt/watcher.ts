import mqtt, { type IPublishPacket, type MqttClient } from "mqtt";

export interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
  readonly at: number;
  /** `epoch-number` of the event that it tells of. */
  readonly id: string | undefined;
}

/** Somebody else at the broker, with a connection of his own, who notes what he hears. */
export class Watcher {
  readonly heard: Heard[] = [];
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic, payload, { retain, properties }: IPublishPacket) => {
      const id = properties?.userProperties?.["id"];
      this.heard.push({
        ...{ topic, text: payload.toString("utf8"), retain, at: Date.now() },
        id: typeof id === "string" ? id : undefined,
      });
    });
  }

  static async connect(port: number, filter: string): Promise<Watcher> {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, reconnectPeriod: 0 });
    const watcher = new Watcher(client);
    // A broker that is killed is no error of his.
    client.on("error", () => {});
    await client.subscribeAsync(filter, { qos: 1, rap: true });
    return watcher;
  }

  /** The latest of a topic, as JSON; undefined where there is none, or nothing is kept any more. */
  latest(topic: string): unknown {
    const last = this.heard.findLast((one) => one.topic === topic);
    return last && last.text !== "" ? JSON.parse(last.text) : undefined;
  }

  async publish(topic: string, payload: string, retain = false): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos: 1, retain });
  }

  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

/** What a broker has kept, by topic. */
export async function keptBy(port: number, filter: string): Promise<ReadonlyMap<string, string>> {
  const watcher = await Watcher.connect(port, filter);
  // What is kept comes before what is published after it was asked for.
  await watcher.publish(filter.replace(/#$/, "kept-until-here"), "x");
  while (!watcher.heard.some(({ topic }) => topic.endsWith("kept-until-here")))
    await new Promise((resolve) => setImmediate(resolve));
  await watcher.end();
  return new Map(watcher.heard.filter(({ retain }) => retain).map(({ topic, text }) => [topic, text]));
}
