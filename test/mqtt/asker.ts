import mqtt, { type IPublishPacket, type MqttClient } from "mqtt";

export interface Wish {
  readonly key: string;
  readonly gateway: string;
  readonly startBy: number;
  /** Of the invocations that it was told of. */
  readonly ids: Set<string>;
  readonly statuses: number[];
}

/** Somebody who asks gateways for actions, each of them twice at once, and again whenever he is told to. */
export class Asker {
  readonly wishes: Wish[] = [];
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("error", () => {});
    client.on("message", (_, __, { properties }: IPublishPacket) => {
      const wish = this.wishes[Number(properties?.correlationData?.toString())];
      const { invocation, status } = properties?.userProperties ?? {};
      if (typeof invocation === "string") wish?.ids.add(invocation);
      wish?.statuses.push(Number(status));
    });
  }

  static async connect(port: number): Promise<Asker> {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, reconnectPeriod: 50 });
    await client.subscribeAsync("lab/answers", { qos: 1 });
    return new Asker(client);
  }

  ask(gateway: string, withinMs: number): void {
    const n = this.wishes.length;
    const startBy = Date.now() + withinMs;
    this.wishes.push({ key: `wish-${n}`, gateway, startBy, ids: new Set(), statuses: [] });
    this.again(n);
    this.again(n);
  }

  /** Under the same key, with the same time. */
  again(n: number): void {
    const wish = this.wishes[n];
    if (!wish) return;
    const userProperties = { "idempotency-key": wish.key, "start-by": new Date(wish.startBy).toISOString() };
    const properties = { responseTopic: "lab/answers", correlationData: Buffer.from(String(n)), userProperties };
    const topic = `benchd/${wish.gateway}/things/counter/actions/increment/request`;
    // What cannot be sent now is sent when there is a connection: late, as a broker may.
    this.#client.publish(topic, "", { qos: 1, properties }, () => {});
  }

  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
