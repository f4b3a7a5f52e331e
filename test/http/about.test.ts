import { pino } from "pino";
import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { aboutOf } from "../../src/gateway/about.ts";
import { buildApp } from "../../src/http/app.ts";
import { PacedClock } from "../../src/paced-clock.ts";
import { byHeader, whoHeader } from "../access/asking.ts";
import { openGateway } from "../gateway/fixture.ts";
import { openGuarded } from "./guarded-bench.ts";

test("whoever has a token is told what this is, who he is, and whether he has a session", async () => {
  const bench = await openGuarded();
  const about = async (text: string) =>
    (await (await bench.ask("/gateway/about", { headers: bench.bearer(text) })).json()) as { readonly you: unknown };
  const before = Date.now();
  expect(await about(bench.reader)).toEqual({
    version: "unknown",
    mock: true,
    timeScale: 1,
    prefix: "",
    startedAt: expect.stringMatching(/Z$/),
    now: expect.toSatisfy((at: string) => Date.parse(at) >= before && Date.parse(at) <= Date.now()),
    clock: { trusted: false },
    safeMode: null,
    openToAll: false,
    you: { name: "ron", session: false, grants: [{ scope: "read", things: ["counter"] }] },
  });
  const session = await bench.signIn(bench.operator);
  expect((await about(session)).you).toEqual({
    name: "olga",
    session: true,
    grants: [{ scope: "operate", things: null }],
  });
  await bench.close();
});

test("why nothing was opened is told without the names of Things that somebody may not read", async () => {
  const { gateway } = await openGateway("things:\n  zebra: { driver: counter }\n  plain: { driver: counter }\n", {
    safeMode: "safe mode, since zebra has failed three times",
  });
  const config = { listen: { host: "192.0.2.1" }, allowedHosts: ["localhost"], prefix: "/api/v1" };
  const grants = { guest: [{ scope: "read", things: ["plain"] }] } as const;
  const told = async (identify?: ReturnType<typeof byHeader>) => {
    const app = await buildApp({ gateway, config, log: pino({ level: "silent" }), ...(identify && { identify }) });
    const answer = await app.inject({ url: "/gateway/about", headers: { [whoHeader]: "guest" } });
    await app.close();
    return answer.json();
  };
  expect(await told(byHeader(grants))).toMatchObject({
    safeMode: "safe mode, since another Thing has failed three times",
    prefix: "/api/v1",
    openToAll: false,
  });
  expect(await told()).toMatchObject({
    safeMode: "safe mode, since zebra has failed three times",
    openToAll: true,
    you: { name: "127.0.0.1", session: false, grants: [{ scope: "admin", things: null }] },
  });
  await gateway.close({ graceMs: 0 });
});

test("how fast simulated time passes is told, and whether the clock is right now", () => {
  let trusted = false;
  const options = { mock: true, clockTrusted: () => trusted } as Parameters<typeof aboutOf>[0];
  const paced = new PacedClock(20);
  const about = aboutOf({ ...options, clock: paced }, "1.2.3");
  paced.stop();
  expect([about.timeScale, about.version, about.clockTrusted()]).toEqual([20, "1.2.3", false]);
  trusted = true;
  expect(about.clockTrusted()).toBe(true);
  expect(aboutOf({ ...options, clock: new DiscreteClock() }, "1.2.3").timeScale).toBe(1);
});
