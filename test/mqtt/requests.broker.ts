import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asked } from "./asked-over-broker.ts";
import { Broker } from "./broker.ts";

const run = promisify(execFile);
const script = fileURLToPath(new URL("../../examples/mqtt/dose.py", import.meta.url));
const base = "benchd/bench-3";

let broker: Broker;
let bench: Awaited<ReturnType<typeof asked>>;
beforeAll(async () => {
  broker = await Broker.start();
  bench = await asked(broker);
});
afterAll(async () => {
  await bench.close();
  await broker.end();
});

const python = "/usr/bin/python3";
const hasPaho = existsSync("/usr/lib/python3/dist-packages/paho/mqtt/client.py");
const later = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const client = () => connectAsync({ host: "127.0.0.1", port: broker.port, protocolVersion: 5, reconnectPeriod: 0 });

test.runIf(hasPaho)("a script with another library finds Things, doses, asks again, and cancels", async () => {
  const { stdout } = await run(python, [script, "--port", String(broker.port)], { timeout: 120_000 });
  const said = (word: string) => new RegExp(`^${word} (\\S+?):? (.*)$`, "m").exec(stdout);
  expect(stdout).toContain("found bench-3/counter: ");
  expect(said("accepted")?.[2]).toMatch(/pending|running/);
  expect(said("ended")?.[2]).toMatch(/^completed /);
  expect(said("again")?.slice(1)).toEqual([said("accepted")?.[1], "replayed true"]);
  expect(said("cancelled")?.[2]).toBe("cancelled, reason client");
  expect(said("refused")?.[0]).toContain("BENCHD_START_BY_OVER");
  // One dose, and one that was cancelled.
  expect((await bench.invocations()).length).toBe(2);
});

test("mosquitto's own programs ask, and are answered", async () => {
  const topic = `${base}/things/counter/actions/increment/request`;
  const user = ["-D", "PUBLISH", "user-property"];
  const { stdout } = await run("mosquitto_rr", [
    ...["-V", "mqttv5", "-p", String(broker.port), "-t", topic, "-e", "lab/ada/replies", "-m", '{"by": 5}', "-W", "10"],
    ...[...user, "idempotency-key", "rr-1", ...user, "start-by", later(30)],
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    status: expect.stringMatching(/pending|running|completed/),
    id: expect.any(String),
  });
});

test("a request that is asked while the gateway is away is not kept for it, nor one that is retained", async () => {
  await bench.close();
  const ada = await client();
  const before = { "idempotency-key": "away", "start-by": later(60) };
  const topic = `${base}/things/counter/actions/increment/request`;
  const properties = { userProperties: before, responseTopic: "lab/ada/away" };
  const told: string[] = [];
  await ada.subscribeAsync("lab/ada/away");
  ada.on(
    "message",
    (_, __, { properties: { userProperties } = {} }) => void told.push(String(userProperties?.["status"])),
  );
  await ada.publishAsync(topic, '{"by": 1}', { qos: 1, properties });
  await ada.publishAsync(topic, '{"by": 1}', { qos: 1, retain: true, properties });
  bench = await asked(broker);
  await expect.poll(() => told).toEqual(["400"]);
  expect(await bench.invocations()).toEqual([]);
  await ada.publishAsync(topic, "", { qos: 1, retain: true });
  await ada.endAsync();
});

test("three thousand requests that wait at the broker: it holds the stop of one Thing up behind none, and loses it to none", async () => {
  const started = { "idempotency-key": "to-be-stopped", "start-by": later(60) };
  const eve = await client();
  await eve.publishAsync(`${base}/things/pump/actions/dispense/request`, '{"volume": 20}', {
    qos: 1,
    properties: { userProperties: started },
  });
  const status = async () => (await bench.invocations()).find(({ action }) => action === "dispense")?.status;
  await expect.poll(status).toBe("running");
  await eve.endAsync();
  const user = (name: string, value: string) => ["-D", "PUBLISH", "user-property", name, value];
  const publish = (args: readonly string[], input: string) =>
    execFileSync("mosquitto_pub", ["-V", "mqttv5", "-p", String(broker.port), "-q", "1", ...args], { input });
  // Meanwhile the gateway, which is this process, takes nothing: the broker has its queue of 1000 full, and drops the others.
  const asked = [...user("idempotency-key", "waits"), ...user("start-by", later(60))];
  publish(["-t", `${base}/things/counter/actions/increment/request`, "-l", ...asked], '{"by": 1}\n'.repeat(3000));
  publish(["-t", `${base}/things/pump/stop/request`, "-n"], "");
  await expect.poll(status).toBe("cancelled");
});

test("three thousand requests in one go: stops come through at once, and what cannot be done is refused", async () => {
  const [ada, eve] = await Promise.all([client(), client()]);
  const statuses = new Map<string, number>();
  await eve.subscribeAsync("lab/eve/replies");
  eve.on("message", (_, __, { properties: { userProperties } = {} }) => {
    const status = String(userProperties?.["status"]);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  const topic = `${base}/things/counter/actions/slow_count/request`;
  const startBy = later(60);
  for (let n = 0; n < 3000; n++)
    eve.publish(topic, '{"n": 100, "delay": 1}', {
      properties: {
        responseTopic: "lab/eve/replies",
        userProperties: { "idempotency-key": `flood-${n}`, "start-by": startBy },
      },
    });
  await expect.poll(() => statuses.size).toBeGreaterThan(0);
  await ada.subscribeAsync("lab/ada/stop");
  const stopped = new Promise((resolve) => ada.once("message", resolve));
  const began = performance.now();
  await ada.publishAsync(`${base}/emergency_stop/request`, "", {
    qos: 1,
    properties: { responseTopic: "lab/ada/stop" },
  });
  await expect.poll(() => bench.gateway.emergencyStop.latch).toBeDefined();
  await stopped;
  const tookMs = performance.now() - began;
  // The flood is made and looked at in this process.
  expect(tookMs).toBeLessThan(30_000);
  expect(bench.gateway.emergencyStop.latch).toBeDefined();
  // Too much, or stopped: the stop does not wait for the flood to be looked at.
  await expect.poll(() => (statuses.get("429") ?? 0) + (statuses.get("409") ?? 0)).toBeGreaterThan(0);
  await Promise.all([ada.endAsync(), eve.endAsync()]);
});
