import { expect, test } from "vitest";
import { memoryInUse } from "../memory.ts";
import { openReloadedMqtt, two } from "./reloaded-mqtt.ts";

const section = (n: number) =>
  [
    `mqtt: { broker: "mqtt://127.0.0.1", gateway: g${n % 3}, user: bench, passwordVariable: PW, requests: [read, operate] }`,
    `limits: { connections: ${100 + (n % 5)} }`,
    `history: { count: ${1000 + (n % 7)} }`,
  ].join("\n");

test("200 brokers, limits and bounds that are exchanged leave the heap, listeners, timers and probes where they were", async () => {
  const { bench, broker, environment, reload, settle, app } = await openReloadedMqtt(`${section(0)}\n${two}`, {
    PW: "0",
  });
  const round = async (from: number, count: number) => {
    for (let n = from; n < from + count; n++) {
      environment["PW"] = `${n}`;
      // Only the password is another each second time.
      await reload(`${section(Math.floor(n / 2))}\n${two}`);
      await settle(() => broker.clients.size === 1 && broker.connects.at(-1)?.password === `${n}`);
      expect(broker.connects.at(-1)?.password).toBe(`${n}`);
      broker.connects.length = 0;
      broker.taken.length = 0;
      broker.kept.clear();
    }
    await bench.processClock.advance(60_000);
  };
  const probes = async () => Object.keys((await app.inject("/health")).json().probes).length;
  await round(1, 40);
  const [before, known] = [(await memoryInUse()).objects, await probes()];
  await round(41, 200);
  // What else there is of it is told by the events, 10 000 of which are kept.
  expect((await memoryInUse()).objects - before).toBeLessThan(8e6);
  expect([broker.clients.size, await probes()]).toEqual([1, known]);
}, 180_000);
