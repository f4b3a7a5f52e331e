import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import pino from "pino";
import { expect, onTestFinished, test } from "vitest";
import { Mqtt } from "../../src/cli/mqtt.ts";
import { realClock } from "../../src/clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { buildApp } from "../../src/http/app.ts";
import { Broker, hashed } from "./broker.ts";

const users = (bench: string) => hashed({ bench, watcher: "w" });

test("a password that is rotated at a mosquitto, and in its file, is connected with by a reload; nothing is lost", async () => {
  const broker = await Broker.start(["allow_anonymous false", "password_file FOLDER/users"], { users: users("old") });
  onTestFinished(() => broker.end());
  const secret = join(broker.folder, "secret");
  await writeFile(secret, "old\n", { mode: 0o600 });
  const text = [
    `mqtt: { broker: "mqtt://127.0.0.1:${broker.port}", gateway: g, user: bench, passwordFile: ${secret} }`,
    "things: { counter: { driver: counter } }",
  ].join("\n");
  const catalogue = openCatalogue();
  const reread = () => checkBench(text, "test.yaml", catalogue, { mock: true });
  const config = await reread();
  const gateway = await Gateway.open({ config, catalogue, reread, clock: realClock, mock: true, log() {} });
  const log = pino({ level: "silent" });
  const app = await buildApp({ gateway, config, log });
  const never = new Promise<never>(() => {});
  const mqtt = new Mqtt({
    ...{ app, gateway, config, log, knows: () => false, clock: realClock, environment: {} },
    ...{ url: "http://127.0.0.1:5000", stop: { first: never, fatal: never } },
  });
  onTestFinished(async () => {
    await mqtt.end();
    await app.close();
    await gateway.close({ graceMs: 0 });
  });
  const probe = async () => (await app.inject("/health")).json().probes.mqtt;
  await expect.poll(async () => (await probe()).behindEvents, { interval: 20 }).toBe(0);

  await writeFile(join(broker.folder, "users"), users("new"), { mode: 0o600 });
  await broker.kill();
  await broker.start();
  await expect.poll(async () => (await probe()).connected, { interval: 20 }).toBe(0);
  const run = gateway.thing("counter").invoke("increment", { by: 1 }, { requestedBy: "ada" });
  await expect.poll(() => run.status, { interval: 20 }).toBe("completed");
  // Nothing is another yet.
  expect((await gateway.reloads.reload({ by: "ada", busy: "refuse" })).sections).toEqual([]);

  await writeFile(secret, "new\n");
  const began = performance.now();
  expect((await gateway.reloads.reload({ by: "ada", busy: "refuse" })).sections).toEqual(["mqtt"]);
  await expect.poll(async () => (await probe()).behindEvents, { interval: 20 }).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(await probe()).toMatchObject({ connected: 1, missedEvents: 0 });
  expect((await probe()).sentMessages).toBeGreaterThan(3);
});
