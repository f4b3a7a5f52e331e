/**
 * What it costs a gateway that a broker is told everything, and what the broker takes of it: a `POST` to completion, with
 * and without a mosquitto of its own on the loopback, to which a second program listens.
 */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { Broker } from "../test/mqtt/broker.ts";
import { processorMs } from "../test/processor.ts";
import { median, ratios, row, spread } from "./figures.ts";
import { Client, completion, load, requestOf, warmUp } from "./load.ts";
import { type Served, served } from "./served.ts";

const rounds = 5;
const ms = 1000;
/** What was done in that time is told within this, or never. */
const maxBehindMs = 60_000;
const things = "things:\n  counter: { driver: counter }\n";

interface Told {
  readonly sentMessages: number;
  readonly behindEvents: number;
}

/** Once the broker has confirmed all that it was to be told. */
async function told({ port, headers }: Served): Promise<Told> {
  const client = await Client.open(port);
  try {
    for (const until = performance.now() + maxBehindMs; performance.now() < until; await sleep(20)) {
      const health = await client.ask(requestOf({ method: "GET", path: "/health", headers }));
      const { mqtt } = (JSON.parse(health) as { readonly probes: { readonly mqtt: Told } }).probes;
      if (mqtt.behindEvents === 0) return mqtt;
    }
    throw new Error(`the broker has not confirmed everything within ${maxBehindMs / 1000} s`);
  } finally {
    client.close();
  }
}

export async function run(): Promise<void> {
  const broker = await Broker.start(["allow_anonymous true", "set_tcp_nodelay true", "max_queued_messages 0"]);
  const listener = spawn("mosquitto_sub", ["-V", "mqttv5", "-p", String(broker.port), "-q", "1", "-t", "#"], {
    stdio: "ignore",
  });
  try {
    const mqtt = `mqtt: { broker: "mqtt://127.0.0.1:${broker.port}", gateway: bench }\n`;
    using alone = await served({ bench: things });
    using telling = await served({ bench: `${mqtt}${things}` });
    await compare(alone, telling, broker);
  } finally {
    listener.kill();
    await broker.end();
  }
}

async function compare(alone: Served, telling: Served, broker: Broker): Promise<void> {
  const doing = ({ port, pid, headers }: Served) => {
    const request = requestOf({ path: "/counter/noop", headers });
    return { port, pid, request: () => request, told: completion };
  };
  for (const one of [alone, telling]) await warmUp(doing(one));
  const [without, within, messages, brokers]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    without.push((await load({ ...doing(alone), connections: 1, ms })).cpuEach);
    const { sentMessages: before } = await told(telling);
    const [ours, theirs, from] = [processorMs(telling.pid), processorMs(broker.pid), performance.now()];
    const { took } = await load({ ...doing(telling), connections: 1, ms });
    const sent = (await told(telling)).sentMessages - before;
    within.push(((processorMs(telling.pid) - ours) * 1000) / took.length);
    brokers.push(((processorMs(broker.pid) - theirs) * 1000) / sent);
    messages.push((sent * 1000) / (performance.now() - from));
  }
  const shares = ratios(within, without);
  console.log(`${rounds} rounds of ${ms / 1000} s, one client, QoS 1, one who listens; medians`);
  console.log(row("", "", "min–max"));
  console.log(row("---", "---", "---"));
  const cpu = (all: readonly number[]) => `${median(all).toFixed(0)} µs`;
  console.log(row("CPU of a `POST`, without a broker", cpu(without), spread(without)));
  console.log(row("the same, and the broker is told", cpu(within), spread(within)));
  console.log(row("that is, times", median(shares).toFixed(2), spread(shares)));
  console.log(row("messages a second that the broker has confirmed", median(messages).toFixed(0), spread(messages)));
  console.log(row("CPU of the broker for each, with one who listens", cpu(brokers), spread(brokers)));
}
