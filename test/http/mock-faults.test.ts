import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { buildApp } from "../../src/http/app.ts";

const catalogue = openCatalogue();
const text = `things:
  pump: { driver: syringe-pump, config: { diameter: 26.59, syringeVolume: 60 } }
  counter: { driver: counter }
`;

async function openBench({ mock = true, things = text } = {}) {
  const clock = new DiscreteClock();
  const logged: string[] = [];
  const config = await checkBench(things, "bench.yaml", catalogue, { mock });
  const log = (thing: string, _: string, message: string) => void logged.push(`${thing}: ${message}`);
  const options = { config, catalogue, clock, processClock: new DiscreteClock(), mock, log };
  const gateway = await clock.until(Gateway.open(options));
  const app = await buildApp({ gateway, config, log: pino({ level: "silent" }) });
  const close = async () => {
    await app.close();
    await clock.until(gateway.close());
  };
  return { app, gateway, clock, logged, close };
}

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

async function ask(method: "GET" | "PUT" | "POST" | "DELETE", url: string, body?: object) {
  const answer = await bench.app.inject({ method, url, ...(body && { payload: body }) });
  return [answer.statusCode, answer.json()] as const;
}

test("what can go wrong with a device is told with titles, schemas, and what goes on", async () => {
  const [status, faults] = await ask("GET", "/mock/pump/faults");
  expect(status).toBe(200);
  expect(Object.keys(faults)).toEqual(expect.arrayContaining(["silence", "unplugged", "busy", "key", "obstructed"]));
  expect(faults.delay).toEqual({
    title: "Replies arrive late",
    input: expect.objectContaining({ type: "object", required: ["ms"] }),
    active: null,
  });
  expect(faults.key.input.properties.key.enum).toEqual(["start_stop", "stop", "rate"]);
});

test("a Thing without a simulated device has no faults", async () => {
  expect(await ask("GET", "/mock/counter/faults")).toEqual([200, {}]);
  expect((await ask("PUT", "/mock/counter/faults/silence"))[0]).toBe(404);
});

test.each(["PUT", "POST"] as const)("a fault set by %s goes on until it is deleted", async (method) => {
  const [status, set] = await ask(method, "/mock/pump/faults/delay", { ms: 700 });
  expect([status, set.active]).toEqual([200, { ms: 700 }]);
  const late = await bench.clock.until(
    bench.gateway
      .thing("pump")
      .read("state")
      .catch((error: Error) => error.name),
  );
  expect(late).toBe("DeviceTimeoutError");
  expect((await ask("GET", "/mock/pump/faults"))[1].delay.active).toEqual({ ms: 700 });
  expect((await ask("DELETE", "/mock/pump/faults/delay"))[1].active).toBeNull();
  await bench.clock.advance(5000);
  expect(await bench.clock.until(bench.gateway.thing("pump").read("state"))).toBe("stopped");
});

test("a fault for the next replies ends by itself", async () => {
  expect((await ask("PUT", "/mock/pump/faults/silence", { replies: 1 }))[1].active).toEqual({ replies: 1 });
  await bench.clock.until(
    bench.gateway
      .thing("pump")
      .read("state")
      .catch(() => {}),
  );
  expect((await ask("GET", "/mock/pump/faults"))[1].silence.active).toBeNull();
});

test("a cable that is pulled out disconnects the Thing, and DELETE of all faults plugs it in", async () => {
  await ask("PUT", "/mock/pump/faults/unplugged");
  await ask("PUT", "/mock/pump/faults/power_off");
  await bench.clock.advance(1000);
  expect(bench.gateway.thing("pump").state).toBe("disconnected");
  const [status, faults] = await ask("DELETE", "/mock/pump/faults");
  expect(status).toBe(200);
  expect(Object.values<{ active: unknown }>(faults).filter(({ active }) => active !== null)).toEqual([]);
  await bench.clock.advance(30_000);
  expect(bench.gateway.thing("pump").state).toBe("ready");
});

test("a key that is pressed is over at once", async () => {
  const dose = bench.gateway.thing("pump").invoke("dispense", { volume: 1 }, { requestedBy: "test" });
  await bench.clock.advance(2000);
  expect((await ask("POST", "/mock/pump/faults/key", { key: "stop" }))[1].active).toBeNull();
  await bench.clock.until(dose.ended);
  expect(dose.error?.name).toBe("OperatedLocallyError");
});

test.each([
  ["delay", { ms: -1 }, ["body", "ms"]],
  ["delay", {}, ["body", "ms"]],
  ["delay", { ms: 1, repliez: 2 }, ["body", "repliez"]],
  ["key", { key: "self_destruct" }, ["body", "key"]],
])("%s with %j is refused with 422, naming the field", async (fault, body, loc) => {
  const [status, { detail }] = await ask("PUT", `/mock/pump/faults/${fault}`, body);
  expect([status, detail[0].loc]).toEqual([422, loc]);
});

test("a fault that the device does not have is 404, and the answer names those it has", async () => {
  const [status, { detail }] = await ask("PUT", "/mock/pump/faults/ghost");
  expect(status).toBe(404);
  expect(detail).toMatch(/no fault ghost: there are silence, .*obstructed/);
  expect((await ask("GET", "/mock/ghost/faults"))[0]).toBe(404);
  expect((await ask("DELETE", "/mock/pump/faults/toString"))[0]).toBe(404);
});

test("each change is logged with who made it, and stands in the audit trail", async () => {
  await ask("PUT", "/mock/pump/faults/delay", { ms: 5 });
  await ask("DELETE", "/mock/pump/faults/delay");
  await ask("DELETE", "/mock/pump/faults/delay");
  await ask("DELETE", "/mock/pump/faults");
  expect(bench.logged.filter((line) => line.includes("fault"))).toEqual([
    'pump: mock_fault.applied by 127.0.0.1: delay: Replies arrive late {"ms":5}',
    "pump: mock_fault.ended by 127.0.0.1: delay",
    "pump: mock_fault.ended by 127.0.0.1: all",
  ]);
  const [, trail] = await ask("GET", "/gateway/audit?what=mock_fault&thing=pump");
  expect(trail).toMatchObject([
    { what: "mock_fault.ended", from: "127.0.0.1", detail: "all" },
    { what: "mock_fault.ended", detail: "delay" },
    { what: "mock_fault.applied", by: "127.0.0.1" },
  ]);
});

test("without --mock there is nothing to break, and the answer says so", async () => {
  await bench.close();
  bench = await openBench({ mock: false, things: "things: { counter: { driver: counter } }" });
  for (const [method, url] of [
    ["GET", "/mock/counter/faults"],
    ["DELETE", "/mock/counter/faults"],
    ["PUT", "/mock/counter/faults/silence"],
    ["DELETE", "/mock/counter/faults/silence"],
  ] as const) {
    expect(await ask(method, url)).toEqual([404, { detail: "The devices are real: faults exist only with --mock." }]);
  }
});
