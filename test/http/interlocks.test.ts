import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildApp } from "../../src/http/app.ts";
import { lidOpen, openOven } from "../gateway/interlock-bench.ts";

type Oven = Awaited<ReturnType<typeof openOven>>;
let oven: Oven;
let app: Awaited<ReturnType<typeof buildApp>>;
beforeEach(async () => {
  oven = await openOven();
  const config = { listen: { host: "127.0.0.1" }, allowedHosts: [], prefix: "" };
  app = await buildApp({ gateway: oven.bench.gateway, config, log: pino({ level: "silent" }) });
});
afterEach(async () => {
  await app.close();
  await oven.bench.close();
});

async function ask(method: "GET" | "POST", url: string) {
  const answer = oven.bench.clock.until(app.inject({ method, url }));
  return { status: (await answer).statusCode, body: (await answer).json() };
}

test("interlocks are told with what they watch, what they act on, and how they are", async () => {
  expect((await ask("GET", "/gateway/interlocks")).body).toEqual({
    lid_open: {
      tripped: false,
      at: null,
      reason: null,
      condition: "met",
      conditionReason: null,
      value: true,
      thing: "lid",
      property: "closed",
      equals: true,
      on: lidOpen.on,
      outputs: { "oven.heater": { value: false } },
    },
  });
  await oven.open();
  expect((await ask("GET", "/gateway/interlocks")).body.lid_open).toMatchObject({
    tripped: true,
    at: expect.stringMatching(/Z$/),
    reason: "lid.closed is false, not true",
    condition: "violated",
    value: false,
    outputs: { "oven.heater": { value: false, confirmed: true, error: null } },
  });
});

test("work is refused with 409 while it is tripped, and so is a reset while it is out of order", async () => {
  await oven.open();
  const refused = await ask("POST", "/baker/bake");
  expect([refused.status, refused.body.type]).toEqual([409, "urn:benchd:error:BENCHD_INTERLOCKED"]);
  const early = await ask("POST", "/gateway/interlocks/lid_open/reset");
  expect([early.status, early.body.type]).toEqual([409, "urn:benchd:error:BENCHD_INTERLOCKED"]);
  oven.lid.closed = true;
  const reset = await ask("POST", "/gateway/interlocks/lid_open/reset?reason=shut");
  expect([reset.status, reset.body.tripped]).toEqual([200, false]);
  expect((await ask("POST", "/baker/bake")).status).toBe(201);
  expect((await ask("GET", "/gateway/audit?what=interlock.reset")).body).toMatchObject([
    { what: "interlock.reset", by: "127.0.0.1", detail: "lid_open: shut" },
  ]);
  expect(await ask("POST", "/gateway/interlocks/lid_opne/reset")).toMatchObject({
    status: 404,
    body: { detail: 'there is no interlock lid_opne; did you mean "lid_open"?' },
  });
});

test("the work that a trip has ended says so", async () => {
  const run = oven.bench.start("baker", "bake");
  await oven.bench.clock.advance(100);
  await oven.open();
  await oven.bench.ended(run);
  expect((await ask("GET", `/action_invocations/${run.id}`)).body).toMatchObject({
    status: "error",
    reason: "interlocked",
    error: { type: "urn:benchd:error:BENCHD_INTERLOCKED", status: 409 },
  });
});

test("a page of another site resets none", async () => {
  const { bench, lid, interlock } = oven;
  await oven.open();
  lid.closed = true;
  const url = "/gateway/interlocks/lid_open/reset";
  const send = (headers: Record<string, string>) => bench.clock.until(app.inject({ method: "POST", url, headers }));
  expect((await send({ origin: "http://elsewhere.example" })).statusCode).toBe(403);
  expect(interlock.trip).toBeDefined();
  expect((await send({ accept: "text/html" })).headers["content-type"]).toBe("application/json");
  expect(interlock.trip).toBeUndefined();
});
