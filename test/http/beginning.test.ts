import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { expect, onTestFinished, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { byToken } from "../../src/http/access/by-token.ts";
import { type AppOptions, buildApp } from "../../src/http/app.ts";
import { defineThing } from "../../src/thing/define.ts";
import { Type } from "../../src/typebox.ts";
import { tokenBench } from "../access/memory.ts";

/** It takes a second to open, and counts how often it is asked to do something. */
async function slowBench(options: Pick<AppOptions, "identify" | "onEnded"> = {}, yaml = "") {
  const clock = new DiscreteClock();
  let done = 0;
  const slow = defineThing({
    title: "Slow",
    config: Type.Object({}),
    actions: { act: { title: "Act", restartWithinMs: 60_000 }, hold: { title: "Hold" } },
    async open() {
      await sleep(1000);
      return { invoke: { act: () => void done++, hold: () => sleep(100_000) } };
    },
  });
  const config = parseConfig(`things: { slow: { driver: slow } }\n${yaml}`, "bench.yaml");
  const catalogue = { names: async () => ["slow"], definition: async () => slow, twin: async () => undefined };
  const gateway = await Gateway.build({ config, catalogue, clock, processClock: clock, mock: true, log() {} });
  const app = await buildApp({ gateway, config, log: pino({ level: "silent" }), ...options });
  onTestFinished(async () => {
    await app.close();
    await gateway.close({ graceMs: 0 });
  });
  const status = async (method: "GET" | "POST", url: string, headers = {}) =>
    (await app.inject({ method, url, headers })).statusCode;
  return { app, gateway, clock, status, done: () => done };
}

test("before its Things are open it tells that it is alive, and can be stopped; what is asked of Things waits", async () => {
  const { gateway, clock, status } = await slowBench();
  expect([await status("GET", "/health"), await status("GET", "/ready"), await status("GET", "/")]).toEqual([
    ...[200, 503, 200],
  ]);
  expect(await status("POST", "/emergency_stop")).toBe(200);
  let told: number | undefined;
  const asked = status("GET", "/slow/").then((answer) => {
    told = answer;
  });
  const begun = gateway.begin();
  await clock.advance(900);
  expect(told).toBeUndefined();
  await clock.until(begun);
  await asked;
  expect([told, await status("GET", "/ready")]).toEqual([200, 200]);
});

test("what waits is done once its Thing is open", async () => {
  const { gateway, clock, status, done } = await slowBench();
  const asked = status("POST", "/slow/act");
  await clock.until(gateway.begin());
  expect(await clock.until(asked)).toBe(201);
  expect(done()).toBe(1);
});

test("what waits for a start that comes to nothing is refused, and nothing of it is done", async () => {
  const { gateway, status, done } = await slowBench();
  const asked = status("POST", "/slow/act");
  await gateway.close({ graceMs: 0 });
  expect(await asked).toBe(503);
  expect(done()).toBe(0);
});

test("who has gone meanwhile may have asked again: nothing is done for him", async () => {
  const { app, gateway, clock, done } = await slowBench();
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const client = connect(port, "127.0.0.1");
  client.write(`POST /slow/act HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0\r\n\r\n`);
  const [{ socket }] = await once(app.server, "request");
  client.destroy();
  await once(socket, "close");
  await clock.until(gateway.begin());
  await clock.advance(1000);
  expect(done()).toBe(0);
});

test("whose token ends while he waits is refused, and nothing of it is done", async () => {
  const kept = tokenBench();
  const token = await kept.make("ada");
  const { tokens } = await kept.open();
  onTestFinished(() => tokens.close());
  const onEnded: AppOptions["onEnded"] = (heard) => tokens.onEnded(heard);
  const { app, gateway, clock, status, done } = await slowBench({ identify: byToken(tokens), onEnded });
  await app.ready();
  const asked = status("POST", "/slow/act", { authorization: `Bearer ${token}` });
  await new Promise((resolve) => setImmediate(resolve));
  await kept.folder.remove(token.split("_")[1] ?? "");
  await tokens.refresh();
  await clock.until(gateway.begin());
  expect([await clock.until(asked), done()]).toEqual([401, 0]);
});

test("what has waited since before a kill can be cancelled while it starts, and is not done then", async () => {
  const folder = () => mkdtempSync(join(tmpdir(), "benchd-beginning-"));
  const [before, after] = [folder(), folder()];
  onTestFinished(() => [before, after].forEach((one) => void rmSync(one, { recursive: true, force: true })));
  const first = await slowBench({}, `stateDirectory: ${before}`);
  await first.clock.until(first.gateway.begin());
  const ask = (url: string) => first.app.inject({ method: "POST", url, headers: { prefer: "respond-async" } });
  await ask("/slow/hold");
  const { id, status } = (await ask("/slow/act")).json();
  expect(status).toBe("pending");
  cpSync(before, after, { recursive: true });
  const next = await slowBench({}, `stateDirectory: ${after}`);
  const cancelled = next.app.inject({ method: "DELETE", url: `/action_invocations/${id}` });
  await new Promise((resolve) => setImmediate(resolve));
  await next.clock.until(next.gateway.begin());
  expect((await next.clock.until(cancelled)).statusCode).toBe(200);
  expect((await next.app.inject({ url: `/gateway/history/${id}` })).json()).toMatchObject({ status: "cancelled" });
  expect(next.done()).toBe(0);
});
