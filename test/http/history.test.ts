import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../journal/fixture.ts";
import { openCounterBench } from "./counter-bench.ts";

async function open(stateDirectory?: string) {
  const bench = await openCounterBench({ ...(stateDirectory !== undefined && { stateDirectory }) });
  onTestFinished(() => bench.close());
  const { app, processClock } = bench;
  const get = (url: string) => app.inject({ url });
  const invoke = (name: string, payload: object = {}, thing = "counter", prefer = "wait=5") =>
    app.inject({ method: "POST", url: `/${thing}/${name}`, headers: { prefer }, payload });
  return { ...bench, processClock, get, invoke };
}

it("keeps what is listed no more, with what LabThings does not tell", async () => {
  const { get, invoke, processClock } = await open();
  const { id } = (await invoke("increment")).json();
  await processClock.advance(300_000);
  expect((await get(`/action_invocations/${id}`)).statusCode).toBe(404);
  const told = (await get(`/gateway/history/${id}`)).json();
  expect(told).toMatchObject({ id, status: "completed", requestedBy: "127.0.0.1", clockTrusted: false, omitted: [] });
  expect(told.provenance).toEqual([
    { thing: "counter", driver: "counter", benchd: "unknown", configuration: expect.stringMatching(/^[0-9a-f]{16}$/) },
  ]);
  expect([told.ranMs, told.waitedMs]).toEqual([expect.any(Number), expect.any(Number)]);
  expect((await get("/gateway/history/00000000-0000-4000-8000-000000000000")).statusCode).toBe(404);
});

it("is narrowed and comes in pages", async () => {
  const { get, invoke } = await open();
  for (let n = 0; n < 5; n++) await invoke("zero", {}, "helper");
  await invoke("fail", { message: "kaput" });
  const seqs = async (query: string) =>
    (await get(`/gateway/history?${query}`)).json().map(({ seq }: { seq: number }) => seq);
  expect(await seqs("")).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await seqs("thing=helper&limit=2")).toEqual([4, 5]);
  expect(await seqs("thing=helper&limit=2&cursor=4")).toEqual([2, 3]);
  expect(await seqs("status=error")).toEqual([6]);
  expect(await seqs("requestedBy=nobody")).toEqual([]);
  expect(await seqs("until=2000-01-01T00:00:00Z")).toEqual([]);
  expect(await seqs("since=2000-01-01T00:00:00Z&action=fail")).toEqual([6]);
  expect(String((await get("/gateway/history?limit=2")).headers.link)).toContain("cursor=5");
  expect((await get("/gateway/history?format=xml")).statusCode).toBe(422);
});

it("exports lines of JSON, the newest first, however many pages they are", async () => {
  const { get, invoke, clock } = await open();
  for (let n = 0; n < 120; n++) await invoke("zero");
  await clock.advance(0);
  const answer = await get("/gateway/history?format=ndjson");
  expect(answer.headers["content-type"]).toBe("application/x-ndjson");
  const lines = answer.body
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, n) => 120 - n));
  expect(lines[0]).toMatchObject({ output: 0, provenance: [{ thing: "counter" }] });
  expect((await get("/gateway/history?format=ndjson&limit=7")).body.trimEnd().split("\n")).toHaveLength(7);
});

it("exports a table that no spreadsheet takes for formulas, and that is quoted right", async () => {
  const { get, invoke } = await open();
  await invoke("fail", { message: '=HYPERLINK("http://evil.example","click, please")' });
  await invoke("fail", { message: "two\nlines" });
  await invoke("fail", { message: "-1+1" });
  await invoke("zero");
  const answer = await get("/gateway/history?format=csv");
  expect(answer.headers["content-type"]).toBe("text/csv; charset=utf-8");
  const [header, zero, minus] = answer.body.split("\r\n");
  expect(header?.split(",").slice(0, 5)).toEqual(["seq", "id", "thing", "action", "status"]);
  expect(zero).toMatch(/^4,[0-9a-f-]{36},counter,zero,completed,.*,0,,"\[/);
  expect(minus).toContain(",'-1+1,");
  expect(answer.body).toContain(`"'=HYPERLINK(""http://evil.example"",""click, please"")"`);
  expect(answer.body).toContain('"two\nlines"');
});

it("goes on over a restart, and what ran is told as interrupted to who polls it", async () => {
  const folder = temporaryFolder();
  const first = await open(folder);
  const done = (await first.invoke("increment")).json();
  const headers = { prefer: "respond-async" };
  const posted = await first.app.inject({ method: "POST", url: "/counter/slow_count", headers, payload: { n: 9 } });
  const { id } = posted.json();
  expect(posted.json().status).toBe("running");
  const second = await open(folder);
  expect((await second.get(`/action_invocations/${id}`)).json()).toMatchObject({
    status: "error",
    outcome: "unknown",
    error: { type: "urn:benchd:error:BENCHD_INTERRUPTED" },
  });
  expect((await second.get(`/action_invocations/${done.id}`)).json()).toMatchObject({ status: "completed" });
  expect((await second.invoke("increment")).json().seq).toBe(posted.json().seq + 1);
});

it("while the disk takes nothing, new actions are refused with 507, and stopping, cancelling and reading are not (F37)", async () => {
  const folder = temporaryFolder();
  const { app, get, invoke, processClock } = await open(folder);
  const started = (await invoke("slow_count", { n: 9, delay: 1 }, "counter", "respond-async")).json();
  const other = new Sqlite(join(folder, "history.db"));
  onTestFinished(() => void other.close());
  other.exec("BEGIN IMMEDIATE");
  expect((await invoke("noop", {}, "helper")).json()).toMatchObject({ status: "completed" });
  const refused = await invoke("noop", {}, "helper");
  expect([refused.statusCode, refused.json().type]).toEqual([507, "urn:benchd:error:BENCHD_STORAGE"]);
  expect((await get("/health")).json()).toMatchObject({
    status: "degraded",
    probes: { journal: { ok: false, why: expect.stringContaining("locked") } },
  });
  expect((await get("/counter/counter")).statusCode).toBe(200);
  expect((await app.inject({ method: "DELETE", url: `/action_invocations/${started.id}` })).statusCode).toBe(200);
  expect((await app.inject({ method: "POST", url: "/emergency_stop" })).statusCode).toBe(200);
  expect((await app.inject({ method: "DELETE", url: "/emergency_stop" })).statusCode).toBe(200);
  other.exec("ROLLBACK");
  await processClock.advance(100);
  expect((await get("/health")).json().probes.journal.ok).toBe(true);
  expect((await invoke("noop", {}, "helper")).statusCode).toBe(201);
});
