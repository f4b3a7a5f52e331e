import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { byHeader, whoHeader } from "../access/asking.ts";
import { asker } from "../experiment/prompts/asker.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

const grants = {
  boss: [{ scope: "admin" }],
  hand: [{ scope: "operate", things: ["asker", "counter"] }],
  other: [{ scope: "operate", things: ["counter"] }],
  reader: [{ scope: "read", things: ["asker", "counter"] }],
  watcher: [{ scope: "read" }],
} as const;
type Who = keyof typeof grants;

let bench: CounterBench;
beforeEach(async () => {
  bench = await openCounterBench({ drivers: { asker }, identify: byHeader(grants) });
});
afterEach(() => bench.close());

interface More {
  readonly who?: Who;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
async function ask(method: "GET" | "POST" | "PUT" | "DELETE", url: string, { who = "boss", body, headers }: More = {}) {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  const sent = { method, url, headers: { [whoHeader]: who, ...type, ...headers }, ...payload };
  const answer = await bench.clock.until(bench.app.inject(sent));
  const told = answer.headers["content-type"]?.toString().includes("json") ? answer.json() : undefined;
  return { status: answer.statusCode, body: told, headers: answer.headers };
}

const document = `title: Count
parameters:
  times: { type: integer, default: 2 }
steps:
  - invoke: asker.ready
  - repeat:
      times: $times
      steps:
        - invoke: counter.increment
  - wait: 10 s
`;
const start = (more: More = {}) => ask("POST", "/gateway/runs", { body: { document, file: "count.yaml" }, ...more });
const answerIt = () => {
  const { prompts } = bench.gateway.experiments;
  prompts.answer(prompts.all[0]?.id ?? "", null, "ada");
};

describe("a run", () => {
  it("is begun by the text of a procedure, and tells where it is", async () => {
    const { status, body, headers } = await start();
    expect(status).toBe(201);
    expect(headers["location"]).toBe(`http://localhost:80/gateway/runs/${body.id}`);
    await bench.clock.advance(0);
    const told = (await ask("GET", `/gateway/runs/${body.id}`)).body;
    expect(told).toMatchObject({
      ...{ title: "Count", file: "count.yaml", parameters: { times: 2 }, things: ["asker", "counter"] },
      ...{ state: "running", status: "running", waitingFor: "operator", requestedBy: "boss", recordings: [] },
      positions: [{ path: "steps[0]", line: 5, text: "invoke asker.ready", round: null }],
      invocation: `http://localhost:80/action_invocations/${body.id}`,
    });
    answerIt();
    await bench.clock.advance(60_000);
    const ended = (await ask("GET", `/gateway/runs/${body.id}`)).body;
    expect(ended).toMatchObject({ state: "completed", progress: 100, error: null, values: {} });
    expect((await ask("GET", "/gateway/runs")).body).toEqual([ended]);
    expect((await ask("GET", "/counter/counter")).body).toBe(2);
  });

  it("is paused, resumed and cancelled", async () => {
    const { id } = (await start()).body;
    await bench.clock.advance(0);
    expect((await ask("POST", `/gateway/runs/${id}/pause`)).body.state).toBe("pausing");
    answerIt();
    await bench.clock.advance(10);
    expect((await ask("GET", `/gateway/runs/${id}`)).body).toMatchObject({ state: "paused", waitingFor: "resume" });
    expect((await ask("POST", `/gateway/runs/${id}/resume`)).body.state).toBe("running");
    await bench.clock.advance(10);
    const cancelled = await ask("DELETE", `/gateway/runs/${id}`);
    expect(cancelled.status).toBe(200);
    await bench.clock.advance(10_000);
    expect((await ask("GET", `/gateway/runs/${id}`)).body).toMatchObject({
      ...{ state: "cancelled", reason: "client" },
      positions: [{ path: "steps[2]" }],
    });
    for (const [method, what] of [
      ["DELETE", ""],
      ["POST", "/pause"],
      ["POST", "/resume"],
    ] as const)
      expect([what, (await ask(method, `/gateway/runs/${id}${what}`)).status]).toEqual([what, 409]);
    const { body } = await ask("GET", "/gateway/audit?what=run");
    expect(body.map(({ what, by }: { what: string; by: string }) => [what, by])).toEqual([
      ["run.resumed", "boss"],
      ["run.paused", "boss"],
      ["run.started", "boss"],
    ]);
  });

  it("takes other values for its parameters", async () => {
    const { body } = await start({ body: { document, parameters: { times: 5 } } });
    expect(body).toMatchObject({ file: "document", parameters: { times: 5 } });
    answerIt();
    await bench.clock.advance(60_000);
    expect((await ask("GET", "/counter/counter")).body).toBe(5);
  });

  it("tells every mistake with its place, and begins nothing", async () => {
    const wrong = document.replace("asker.ready", "asker.redy").replace("wait: 10 s", "wait: 10");
    const read = await start({ body: { document: wrong, file: "count.yaml" } });
    expect([read.status, read.body.mistakes]).toEqual([
      422,
      [expect.objectContaining({ at: expect.stringMatching(/^count\.yaml:10:/), step: "steps[2]" })],
    ]);
    const misnamed = await start({ body: { document: document.replace("asker.ready", "asker.redy") } });
    expect([misnamed.status, misnamed.body.detail]).toEqual([422, expect.stringContaining('did you mean "ready"')]);
    expect((await ask("GET", "/gateway/runs")).body).toEqual([]);
  });

  it.each([
    ["nothing", undefined, 422],
    ["neither", {}, 422],
    ["what nobody knows", { document, steps: [] }, 422],
    ["a file with control characters", { document, file: "a\nb" }, 422],
    ["a parameter that there is not", { document, parameters: { time: 1 } }, 422],
    ["too much", { document: `# ${"x".repeat(256 * 1024)}` }, 422],
  ])("is not begun by %s", async (_, body, status) => {
    expect((await ask("POST", "/gateway/runs", body === undefined ? {} : { body })).status).toBe(status);
  });

  it("is begun once under a key", async () => {
    const headers = { "idempotency-key": "one" };
    const first = await start({ headers });
    const again = await start({ headers });
    expect([again.status, again.body.id, again.headers["idempotent-replayed"]]).toEqual([201, first.body.id, "true"]);
    expect((await start({ headers, body: { document: `${document}\n` } })).status).toBe(422);
    expect((await ask("GET", "/gateway/runs")).body).toHaveLength(1);
  });

  it("is listed in pages", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push((await start()).body.id);
    const first = await ask("GET", "/gateway/runs?limit=2");
    expect(first.body.map(({ id }: { id: string }) => id)).toEqual(ids.slice(1));
    const [, next = ""] = /<(.*)>/.exec(String(first.headers["link"])) ?? [];
    expect((await ask("GET", next)).body.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 1));
    await Promise.all(ids.map((id) => ask("DELETE", `/gateway/runs/${id}`)));
    await bench.clock.advance(1000);
    expect((await ask("GET", "/gateway/runs?status=running")).body).toEqual([]);
    expect((await ask("GET", "/gateway/runs?status=cancelled")).body).toHaveLength(3);
  });
});

describe("by tokens for some Things", () => {
  it("a run exists for whoever may read all of them, and is used by whoever may use them", async () => {
    const { id } = (await start({ who: "hand" })).body;
    const url = `/gateway/runs/${id}`;
    expect((await ask("GET", url, { who: "hand" })).body).toMatchObject({ id, requestedBy: "hand" });
    expect((await ask("GET", url, { who: "reader" })).status).toBe(200);
    for (const what of ["/pause", "/resume"])
      expect((await ask("POST", url + what, { who: "reader" })).status).toBe(403);
    expect((await ask("DELETE", url, { who: "reader" })).status).toBe(403);
    expect((await ask("GET", `/action_invocations/${id}`, { who: "hand" })).body).toMatchObject({ id });
    for (const [method, what] of [
      ["GET", ""],
      ["DELETE", ""],
      ["POST", "/pause"],
      ["POST", "/resume"],
    ] as const)
      expect([what, (await ask(method, url + what, { who: "other" })).status]).toEqual([what, 404]);
    expect((await ask("GET", `/action_invocations/${id}`, { who: "other" })).status).toBe(404);
    expect((await ask("GET", "/gateway/runs", { who: "other" })).body).toEqual([]);
    expect((await ask("GET", "/gateway/runs", { who: "reader" })).body).toHaveLength(1);
    expect((await ask("GET", "/gateway/prompts", { who: "other" })).body).toEqual([]);
    expect((await ask("POST", `${url}/pause`, { who: "hand" })).status).toBe(200);
    expect((await ask("DELETE", url, { who: "hand" })).status).toBe(200);
  });

  it("what is hidden is not there for a procedure either", async () => {
    const wrong = await start({ who: "other" });
    expect([wrong.status, wrong.body.detail]).toEqual([422, expect.stringContaining("there is no Thing")]);
    expect(wrong.body.detail).not.toContain("did you mean");
  });

  it("what one may read but not use is not run", async () => {
    expect((await start({ who: "reader" })).status).toBe(403);
  });

  it("what works with no Thing is the whole bench's", async () => {
    const body = { document: "title: Wait\nsteps:\n  - wait: 1 s\n" };
    expect((await start({ who: "hand", body })).status).toBe(403);
    const { id } = (await start({ body })).body;
    expect((await ask("GET", `/gateway/runs/${id}`, { who: "hand" })).status).toBe(404);
    expect((await ask("GET", "/gateway/runs", { who: "hand" })).body).toEqual([]);
    for (const what of ["/pause", "/resume"])
      expect([what, (await ask("POST", `/gateway/runs/${id}${what}`, { who: "watcher" })).status]).toEqual([what, 403]);
    expect((await ask("DELETE", `/gateway/runs/${id}`, { who: "watcher" })).status).toBe(403);
  });

  it("a stored procedure with hidden Things does not exist, whatever is sent with its name", async () => {
    await ask("PUT", "/gateway/procedures/count", { body: { document } });
    for (const parameters of [{}, { nothing: 1 }, { times: "many" }]) {
      const hidden = await start({ who: "other", body: { procedure: "count", parameters } });
      const none = await start({ who: "other", body: { procedure: "tally", parameters } });
      expect([hidden.status, hidden.body.detail]).toEqual([404, none.body.detail.replace("tally", "count")]);
    }
  });
});

describe("of the library", () => {
  beforeEach(async () => {
    const { procedures } = bench.gateway.experiments;
    await procedures.store("count", document, "boss");
    await procedures.store("count", document.replace("default: 2", "default: 3"), "boss");
  });

  it("the newest version is run, or the one that is named, and its record names it", async () => {
    const newest = await start({ body: { procedure: "count" } });
    expect(newest.body).toMatchObject({ file: "count@2", parameters: { times: 3 } });
    const older = await start({ body: { procedure: "count@1", parameters: { times: 7 } } });
    expect(older.body).toMatchObject({ file: "count@1", parameters: { times: 7 } });
    expect((await start({ body: { procedure: "count@9" } })).status).toBe(404);
    expect((await start({ body: { procedure: "count", document } })).status).toBe(422);
  });

  it("what works with hidden Things is not there", async () => {
    const hidden = await start({ who: "other", body: { procedure: "count" } });
    const none = await start({ who: "other", body: { procedure: "coumt" } });
    expect([hidden.status, hidden.body.detail]).toEqual([404, "there is no procedure count"]);
    expect([none.status, none.body.detail]).toEqual([404, "there is no procedure coumt"]);
  });
});

it("a dry run tells what it would come to, and begins nothing", async () => {
  const told = await start({ body: { document: document.replace("  - invoke: asker.ready\n", ""), dryRun: true } });
  expect([told.status, told.body]).toMatchObject([200, { mistakes: [] }]);
  const { durationMs } = told.body;
  expect(durationMs).toBeGreaterThanOrEqual(10_000);
  expect((await ask("GET", "/gateway/runs")).body).toEqual([]);
  // The same text with the same parameters is expected to take as long.
  const same = { document: document.replace("  - invoke: asker.ready\n", "") };
  expect((await start({ body: same })).body.expectedMs).toBe(durationMs);
  expect((await start({ body: { ...same, parameters: { times: 3 } } })).body.expectedMs).toBeNull();
});

it("what a dry run finds is told without the names of hidden Things", async () => {
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada", "asker leaks"));
  const steps = "title: Count\nsteps:\n  - invoke: counter.increment";
  const { status, body } = await start({ who: "other", body: { document: steps, dryRun: true } });
  expect([status, body.mistakes]).toEqual([
    200,
    [{ at: "document:3:5", step: "steps[0]", message: expect.stringContaining("another Thing leaks") }],
  ]);
});
