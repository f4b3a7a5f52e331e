import type { LightMyRequestResponse } from "fastify";
import pino from "pino";
import { expect, onTestFinished, test } from "vitest";
import { buildApp } from "../../src/http/app.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { byHeader, whoHeader } from "../access/asking.ts";
import { beaker, probe } from "../experiment/recordings/fixture.ts";
import { temporaryFolder } from "../journal/fixture.ts";

/** Two probes, of which a guest may use one. */
async function openProbes(stateDirectory = temporaryFolder()) {
  const inside = beaker();
  const bench = await openBench(
    { ph: { definition: probe(inside) }, zebra: { definition: probe(beaker()) } },
    { stateDirectory },
  );
  const app = await buildApp({
    gateway: bench.gateway,
    config: { listen: { host: "127.0.0.1" }, allowedHosts: [], prefix: "" },
    log: pino({ level: "silent" }),
    clock: bench.clock,
    identify: byHeader({
      boss: [{ scope: "admin" }],
      reader: [{ scope: "read" }],
      guest: [{ scope: "operate", things: ["ph"] }],
      half: [
        { scope: "operate", things: ["ph"] },
        { scope: "read", things: ["zebra"] },
      ],
      keeper: [{ scope: "configure", things: ["ph"] }],
    }),
  });
  onTestFinished(async () => {
    await app.close();
    await bench.close();
  });
  type Method = "GET" | "HEAD" | "POST" | "DELETE";
  // Nothing of it waits for the bench, whose time stands still meanwhile.
  const ask = (who: string, method: Method, path: string, body?: unknown, headers = {}) =>
    app.inject({
      ...{ method, url: `/gateway/recordings${path}`, headers: { ...headers, [whoHeader]: who } },
      ...(body !== undefined && { payload: body as object }),
    });
  const begin = async (more: object = {}, who = "guest"): Promise<{ readonly id: string }> =>
    (await ask(who, "POST", "", { name: "pH of ada", properties: ["ph.ph"], everyMs: 1000, ...more })).json();
  return { bench, ask, begin, inside };
}

const lines = ({ body }: LightMyRequestResponse) => body.trimEnd().split("\n");
const rows = (answer: LightMyRequestResponse) => lines(answer).filter((line) => /^\d/.test(line));

test("a recording is begun, told as it goes, and stopped", async () => {
  const { ask, bench } = await openProbes();
  const made = await ask("guest", "POST", "", { name: "night", properties: ["ph.ph", "ph.place"], everyMs: 1000 });
  const { id } = made.json();
  expect([made.statusCode, made.headers["location"]]).toEqual([201, made.json().href]);
  await bench.clock.advance(2000);
  const told = (await ask("reader", "GET", `/${id}`)).json();
  expect(told).toEqual({
    ...{ id, name: "night", state: "recording", things: ["ph"], properties: ["ph.ph", "ph.place"] },
    columns: ["ph.ph [pH]", "ph.place.x [mm]", "ph.place.y [mm]", "ph.place.home"],
    ...{ everyMs: 1000, forMs: null, run: null, configured: null, startedBy: "guest", clockTrusted: false },
    ...{ timeStarted: expect.any(String), timeEnded: null, reason: null, rows: 3, gaps: 0, problem: null },
    ...{ bytes: expect.any(Number), href: made.json().href, csv: `${told.href}/csv`, ndjson: `${told.href}/ndjson` },
  });
  const stopped = await ask("guest", "POST", `/${id}/stop`);
  expect(stopped.json()).toMatchObject({ state: "stopped", reason: "stopped by guest", rows: 3 });
  expect((await ask("guest", "POST", `/${id}/stop`)).statusCode).toBe(409);
});

test("its file is downloaded while it goes on, in whole lines, and all of it afterwards", async () => {
  const { ask, begin, bench } = await openProbes();
  const { id } = await begin();
  await bench.clock.advance(2000);
  const during = await ask("boss", "GET", `/${id}/csv`);
  expect(during.headers).toMatchObject({
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": `attachment; filename="pH_of_ada-${id.slice(0, 8)}.csv"; filename*=UTF-8''pH%20of%20ada-${id.slice(0, 8)}.csv`,
    "content-length": String(Buffer.byteLength(during.body)),
  });
  expect([rows(during).length, during.body.endsWith("\n")]).toEqual([3, true]);
  await bench.clock.advance(2000);
  await ask("guest", "POST", `/${id}/stop`);
  const after = await ask("boss", "GET", `/${id}/csv`);
  expect(after.body.startsWith(during.body)).toBe(true);
  expect(rows(after)).toHaveLength(5);
  const head = await ask("boss", "HEAD", `/${id}/csv`);
  expect([head.body, head.headers["content-length"]]).toEqual(["", after.headers["content-length"]]);
});

test("as NDJSON each row is an object by the titles of its columns, with null for what is missing", async () => {
  const { ask, begin, bench, inside } = await openProbes();
  inside.label = '=1+1, "é"';
  const { id } = await begin({ properties: ["ph.ph", "ph.label", "ph.place"] });
  inside.broken = true;
  await bench.clock.advance(1000);
  const answer = await ask("guest", "GET", `/${id}/ndjson`);
  expect(answer.headers["content-type"]).toBe("application/x-ndjson");
  const common = { time: expect.any(String), "ph.label": '=1+1, "é"' };
  const place = { "ph.place.x [mm]": 1, "ph.place.y [mm]": -2.5, "ph.place.home": false };
  expect(lines(answer).map((line) => JSON.parse(line))).toEqual([
    { ...common, "elapsed [s]": 0, "ph.ph [pH]": 7, ...place, gap: null },
    { ...common, "elapsed [s]": 1, "ph.ph [pH]": null, ...place, gap: "ph.ph: the cable is out" },
  ]);
});

test.each([
  ["neither a period nor onChange", { everyMs: undefined }, /say when there is to be a row/],
  ["both", { onChange: true }, /say when there is to be a row/],
  ["a period that is too short", { everyMs: 1 }, /everyMs/],
  ["a property twice", { properties: ["ph.ph", "ph.ph"] }, /ph\.ph is there twice/],
  ["a name that is a path", { name: "../etc" }, /name/],
  ["every, as documents say it", { everyMs: undefined, every: "2 s" }, /here it is everyMs, in milliseconds/],
  ["what nobody knows", { evry: 1 }, /evry/],
  ["a property that is not there", { properties: ["ph.phh"] }, /no property phh of ph; did you mean ph\?|no property/],
])("%s is refused with what to do about it", async (_, more, message) => {
  const { ask } = await openProbes();
  const body = { name: "test", properties: ["ph.ph"], everyMs: 1000, ...more };
  const answer = await ask("guest", "POST", "", JSON.parse(JSON.stringify(body)));
  expect([404, 422]).toContain(answer.statusCode);
  expect(answer.body).toMatch(message);
});

test("under one key a recording is begun once, and stopped once", async () => {
  const { ask, bench } = await openProbes();
  const key = { "idempotency-key": "0f8e2c4a-7d11-4b67-9a51-0c6f3b0e4d21" };
  const body = { name: "once", properties: ["ph.ph"], onChange: true };
  const [first, again] = [await ask("guest", "POST", "", body, key), await ask("guest", "POST", "", body, key)];
  expect(again.json()).toEqual(first.json());
  expect(again.headers).toMatchObject({ "idempotent-replayed": "true", location: first.json().href });
  expect(bench.gateway.experiments.recordings.list()).toHaveLength(1);
  const { id } = first.json();
  const stops = [await ask("guest", "POST", `/${id}/stop`, undefined, key)];
  stops.push(await ask("guest", "POST", `/${id}/stop`, undefined, key));
  expect(stops.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
});

test("who may only read begins, stops and removes none, and it takes more than operating to remove one", async () => {
  const { ask, begin } = await openProbes();
  const { id } = await begin();
  const both = { name: "x", properties: ["ph.ph", "zebra.ph"], onChange: true };
  expect((await ask("half", "POST", "", both)).json().detail).toMatch(/needs the scope operate for zebra/);
  expect((await ask("reader", "POST", "", { name: "x", properties: ["ph.ph"], onChange: true })).statusCode).toBe(403);
  expect((await ask("reader", "POST", `/${id}/stop`)).statusCode).toBe(403);
  expect((await ask("keeper", "DELETE", `/${id}`)).json().detail).toMatch(/goes on/);
  await ask("guest", "POST", `/${id}/stop`);
  expect((await ask("guest", "DELETE", `/${id}`)).statusCode).toBe(403);
  expect((await ask("keeper", "DELETE", `/${id}`)).statusCode).toBe(200);
  expect((await ask("boss", "GET", `/${id}`)).statusCode).toBe(404);
});

test("what somebody may not read is not recorded for him, and its recordings do not exist for him", async () => {
  const { ask, begin } = await openProbes();
  const wanted = { name: "x", properties: ["ph.ph", "zebra.ph"], onChange: true };
  const refused = await ask("guest", "POST", "", wanted);
  expect([refused.statusCode, refused.json().detail]).toEqual([404, "there is no Thing zebra"]);
  const { id } = await begin({ properties: ["ph.ph", "zebra.ph"] }, "boss");
  const none = "8e03978e-40d5-43e8-bc93-6894a57f9324";
  for (const [method, path] of [
    ...(["", "/csv", "/ndjson"] as const).map((path) => ["GET", path] as const),
    ...[["POST", "/stop"] as const, ["DELETE", ""] as const],
  ]) {
    const [hidden, missing] = [
      await ask("keeper", method, `/${id}${path}`),
      await ask("keeper", method, `/${none}${path}`),
    ];
    expect([hidden.statusCode, hidden.body.replace(id, none)]).toEqual([404, missing.body]);
  }
  expect((await ask("guest", "GET", "")).json()).toEqual([]);
});

test("names of hidden Things are in no line of a file, and values stay as they are", async () => {
  const { ask, begin, bench, inside } = await openProbes();
  const { id } = await begin({ name: "for zebra", properties: ["ph.ph", "ph.label"] }, "boss");
  inside.label = "zebra, striped";
  inside.broken = true;
  inside.why = "ask zebra, then go";
  await bench.clock.advance(1000);
  const [csv, ndjson] = [await ask("guest", "GET", `/${id}/csv`), await ask("guest", "GET", `/${id}/ndjson`)];
  expect(lines(csv)[0]).toBe("# recording: for another Thing");
  expect(rows(csv)[1]).toMatch(/,1\.000,,"zebra, striped","ph\.ph: ask another Thing, then go"$/);
  expect(JSON.parse(lines(ndjson)[1] ?? "")).toMatchObject({
    "ph.label": "zebra, striped",
    gap: "ph.ph: ask another Thing, then go",
  });
  expect((await ask("boss", "GET", `/${id}/csv`)).body).toContain("ask zebra, then go");
  expect(String(csv.headers["content-disposition"])).not.toContain("zebra");
});

test("they are listed the newest first, in pages, by state and by Thing", async () => {
  const { ask, begin } = await openProbes();
  const ids: string[] = [];
  for (const name of ["a", "b", "c"]) ids.unshift((await begin({ name })).id);
  await begin({ name: "z", properties: ["zebra.ph"] }, "boss");
  await ask("guest", "POST", `/${ids[0]}/stop`);
  const first = await ask("guest", "GET", "?limit=2");
  expect(first.json().map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
  const next = /<([^>]+)>; rel="next"/.exec(String(first.headers["link"]))?.[1] ?? "";
  const rest = await ask("guest", "GET", new URL(next).search);
  expect([rest.json().map(({ id }: { id: string }) => id), rest.headers["link"]]).toEqual([[ids[2]], undefined]);
  const named = async (query: string) =>
    (await ask("boss", "GET", query)).json().map(({ name }: { name: string }) => name);
  expect(await named("?state=stopped")).toEqual(["c"]);
  expect(await named("?thing=zebra")).toEqual(["z"]);
  expect(await named("?name=a")).toEqual(["a"]);
});

test("its begin and its end are events, and in the audit trail", async () => {
  const { ask, begin, bench } = await openProbes();
  const { id } = await begin();
  await ask("boss", "POST", `/${id}/stop`);
  const common = { kind: "recording", id, name: "pH of ada", things: ["ph"], run: null, configured: null };
  expect(
    bench.gateway.events.after(0).events.flatMap(({ event }) => (event.kind === "recording" ? [event] : [])),
  ).toEqual([
    { ...common, state: "recording", reason: null },
    { ...common, state: "stopped", reason: "stopped by boss" },
  ]);
  const noted = bench.gateway.audit
    .page({ what: "recording", limit: 10 })
    .map(({ by, what, thing }) => [by, what, thing]);
  expect(noted).toEqual([
    ["boss", "recording.stopped", "ph"],
    ["guest", "recording.started", "ph"],
  ]);
});
