import { setImmediate } from "node:timers/promises";
import pino from "pino";
import { onTestFinished } from "vitest";
import { Mqtt } from "../../src/cli/mqtt.ts";
import { buildApp } from "../../src/http/app.ts";
import type { OutMessage } from "../../src/mqtt/link.ts";
import { openReloadable } from "../gateway/reload/reloaded.ts";
import { MemoryBroker } from "./memory-broker.ts";

export const two = "things:\n  a: { driver: counter }\n  b: { driver: counter }\n";
const replies = "lab/ada/replies";

/** What somebody publishes who wants an action. */
export const request = (thing: string, action: string, key: string): OutMessage => ({
  topic: `benchd/g/things/${thing}/actions/${action}/request`,
  payload: "{}",
  properties: {
    responseTopic: replies,
    userProperties: { "idempotency-key": key, "start-by": new Date(Date.now() + 60_000).toISOString() },
  },
});

/** A bench that tells brokers in memory, `127.0.0.1` and `other`, as its configuration says. */
export async function openReloadedMqtt(text: string, environment: Record<string, string | undefined> = {}) {
  const bench = await openReloadable(text, { clockTrusted: () => true });
  const { gateway, clock, processClock } = bench;
  const [broker, other] = [new MemoryBroker(), new MemoryBroker()];
  const log = pino({ level: "silent" });
  const { config } = gateway;
  let mqtt: Mqtt | undefined;
  const app = await buildApp({ gateway, config, log, inside: (one) => mqtt?.identify(one), clock: processClock });
  const never = new Promise<never>(() => {});
  mqtt = new Mqtt({
    ...{ app, gateway, config, log, environment, clock: processClock, knows: () => false },
    ...{ url: "http://127.0.0.1:5000", stop: { first: never, fatal: never } },
    open: MemoryBroker.reach({ "127.0.0.1": broker, other }),
  });
  /** Let happen what is to, within 30 s of both clocks. */
  const settle = async (until = () => false) => {
    for (let n = 0; n < 300 && !until(); n++) {
      await setImmediate();
      if (n % 10 === 9) await Promise.all([clock.advance(100), processClock.advance(100)]);
    }
  };
  onTestFinished(async () => {
    for (const one of [broker, other]) one.silent = false;
    const ended = mqtt?.end();
    await processClock.until(ended ?? Promise.resolve());
    await app.close();
    await bench.close();
  });
  return {
    ...{ bench, app, broker, other, environment, settle },
    /** Resolves with what it has come to, and how long that took once the configuration held; ms. */
    async reload(next: string) {
      let done = false;
      const reloading = bench.begin(next).finally(() => {
        done = true;
      });
      const holds = new Promise<void>((resolve) => {
        const leave = gateway.events.listen(({ event }) => {
          if (event.kind !== "configuration") return;
          leave();
          resolve();
        });
      });
      await clock.until(Promise.race([reloading, holds]));
      const since = processClock.now();
      while (!done) await settle(() => done);
      return { ...(await reloading), tookMs: processClock.now() - since };
    },
    /** Whether anybody hears at the first one what is asked. */
    isAsked: () => [...broker.clients].some(({ filters }) => filters.has("benchd/g/things/+/actions/+/request")),
    told: (end: string) => broker.toldAt(end),
    /** Numbers of the events that were told, and are not kept. */
    ids: ({ taken }: MemoryBroker) =>
      taken.flatMap(({ retain, properties }) => {
        const { id } = properties?.userProperties ?? {};
        return retain || typeof id !== "string" ? [] : [Number(id.split("-")[1])];
      }),
    /** By their status and what is told. */
    answers: () =>
      broker.taken
        .filter(({ topic }) => topic === replies)
        .map(({ payload, properties }) => `${properties?.userProperties?.["status"]} ${payload}`),
  };
}
