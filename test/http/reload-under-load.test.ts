import pino from "pino";
import { expect, test } from "vitest";
import { buildApp } from "../../src/http/app.ts";
import { openReloadable } from "../gateway/reload/reloaded.ts";
import { Listener } from "./event-stream.ts";

const bench = (n: number) =>
  `things:\n  a: { driver: counter }\n  b: { driver: counter, title: Version ${n} }\n${n % 2 ? "  c: { driver: counter }\n" : ""}`;

test("reloads under load lose no event of a Thing that they do not touch, for whoever listens", async () => {
  const { gateway, begin, close } = await openReloadable(bench(0));
  const app = await buildApp({ gateway, config: gateway.config, log: pino({ level: "silent" }) });
  const origin = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  const listener = new Listener(origin, "/events?thing=a&kind=invocation&kind=property");
  await expect.poll(() => listener.status).toBe(200);
  const a = gateway.thing("a");
  let over = false;
  const reloading = (async () => {
    for (let n = 1; n <= 20; n++) await begin(bench(n));
  })().finally(() => {
    over = true;
  });
  // So much that some of it falls into each reload.
  for (let n = 0; !over && n < 3000; n++) {
    const run = a.invoke("increment", {}, { requestedBy: `client ${n % 7}` });
    await run.ended;
    expect(run.status).toBe("completed");
    await new Promise((resolve) => setImmediate(resolve));
  }
  await reloading;
  const emitted = gateway.events
    .after(0)
    .events.filter(({ event }) => (event.kind === "invocation" || event.kind === "property") && event.thing === "a")
    .map(({ number }) => number);
  expect(emitted.length).toBeGreaterThan(60);
  await expect.poll(() => listener.messages.length, { timeout: 5000 }).toBeGreaterThanOrEqual(emitted.length);
  expect(listener.messages.filter(({ event }) => event === "gap")).toEqual([]);
  expect(listener.messages.map(({ data }) => (JSON.parse(data) as { number: number }).number)).toEqual(emitted);
  expect(gateway.thing("a")).toBe(a);
  await listener.leave();
  await app.close();
  await close();
});

test("who observes a property goes on with the Thing that stands for the one before", async () => {
  const { gateway, begin, clock, close } = await openReloadable(bench(0));
  const app = await buildApp({ gateway, config: gateway.config, log: pino({ level: "silent" }) });
  const origin = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  const listener = new Listener(origin, "/events?thing=b&kind=property");
  await expect.poll(() => listener.status).toBe(200);
  await begin(bench(2));
  await clock.until(gateway.thing("b").write("counter", 7));
  await expect
    .poll(() => listener.messages.map(({ data }) => JSON.parse(data)))
    .toContainEqual(expect.objectContaining({ thing: "b", name: "counter", value: 7 }));
  await listener.leave();
  await app.close();
  await close();
});
