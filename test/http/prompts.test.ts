import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { byHeader, whoHeader } from "../access/asking.ts";
import { asker } from "../experiment/prompts/asker.ts";
import { procedure } from "../experiment/runs/written.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { judge } from "./openapi/judge.ts";

const grants = {
  boss: [{ scope: "admin" }],
  hand: [{ scope: "operate", things: ["asker"] }],
  reader: [{ scope: "read", things: ["asker"] }],
  other: [{ scope: "operate", things: ["counter"] }],
  both: [{ scope: "operate", things: ["asker", "counter"] }],
  looker: [{ scope: "read", things: ["asker", "counter"] }],
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
async function ask(method: "GET" | "POST" | "DELETE", url: string, { who = "boss", body, headers }: More = {}) {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  const sent = { method, url, headers: { [whoHeader]: who, ...type, ...headers }, ...payload };
  const answer = await bench.clock.until(bench.app.inject(sent));
  const told = answer.headers["content-type"] === "application/json" ? answer.json() : undefined;
  return { status: answer.statusCode, body: told, answer };
}
/** Ask for an action that asks; resolves with its invocation and what it asks. */
async function asked(action: string, input?: unknown) {
  const headers = { prefer: "respond-async" };
  const { id } = (await ask("POST", `/asker/${action}`, { headers, ...(input !== undefined && { body: input }) })).body;
  await bench.clock.advance(0);
  const [prompt] = bench.gateway.experiments.prompts.all;
  if (!prompt) throw new TypeError(`${action} asks nothing`);
  return { id, prompt, url: `/gateway/prompts/${prompt.id}` };
}
async function invocation(id: string) {
  await bench.clock.advance(0);
  return (await ask("GET", `/action_invocations/${id}`)).body;
}

describe("what is asked", () => {
  it("is listed with its schema, and tells whose it is", async () => {
    const { id, url } = await asked("hurried", {});
    await bench.clock.advance(4000);
    const { body } = await ask("GET", url);
    expect(body).toEqual({
      ...{ id: url.split("/").at(-1), state: "open", title: null, message: "Quickly now" },
      schema: { type: "number", minimum: 0, unit: "g" },
      ...{ askedAt: expect.stringMatching(/Z$/), timeoutMs: 10_000, leftMs: 6000, onTimeout: "fail" },
      ...{ thing: "asker", action: "hurried", things: ["asker"] },
      invocation: {
        ...{ id, thing: "asker", action: "hurried" },
        href: `http://localhost:80/action_invocations/${id}`,
      },
      ...{ endedAt: null, answeredBy: null },
    });
    expect((await ask("GET", "/gateway/prompts")).body).toEqual([body]);
    const issues = judge((await ask("GET", "/openapi.json")).body);
    expect(issues("/components/schemas/Prompt", body)).toEqual([]);
    expect(await invocation(id)).toMatchObject({ status: "running", waitingFor: "operator" });
  });

  it("is answered by the value itself, and what asked goes on", async () => {
    const { id, url } = await asked("weigh");
    const answered = await ask("POST", `${url}/answer`, { body: 12.5 });
    expect([answered.status, answered.body]).toEqual([200, expect.objectContaining({ state: "answered" })]);
    expect(await invocation(id)).toMatchObject({ status: "completed", output: 12.5, waitingFor: null });
    expect((await ask("GET", url)).body).toEqual(answered.body);
    expect(answered.body).toMatchObject({ state: "answered", answeredBy: "boss", schema: null, leftMs: null });
    const issues = judge((await ask("GET", "/openapi.json")).body);
    expect(issues("/components/schemas/Prompt", answered.body)).toEqual([]);
    expect((await ask("GET", "/gateway/prompts")).body).toEqual([]);
    const { body } = await ask("GET", "/gateway/audit?what=prompt");
    expect(body).toMatchObject([{ what: "prompt.answered", by: "boss", from: "127.0.0.1", thing: "asker" }]);
  });

  it.each([
    ["no body", undefined],
    ["null", null],
  ])("is answered by %s where one only says that it is done", async (_, body) => {
    const { id, url } = await asked("ready");
    expect((await ask("POST", `${url}/answer`, { body })).status).toBe(200);
    expect(await invocation(id)).toMatchObject({ status: "completed" });
  });

  it("refuses an answer that does not fit, field by field, and stays open", async () => {
    const { url } = await asked("weigh");
    for (const body of [undefined, null, -1, "12.5"]) {
      const refused = await ask("POST", `${url}/answer`, { body });
      expect([refused.status, refused.body.detail[0].loc]).toEqual([422, ["body"]]);
    }
    const text = await ask("POST", `${url}/answer`, { headers: { "content-type": "text/plain" }, body: 1 });
    expect(text.status).toBe(415);
    expect((await ask("GET", url)).body.state).toBe("open");
  });

  it("says what to send to who has put the answer into an object; where that would not do either, what fits", async () => {
    const { url } = await asked("weigh");
    for (const [body, message] of [
      [{ answer: 5 }, 'the body is the answer itself: send 5, not {"answer": 5}'],
      [{ value: 0 }, "send 0, not"],
      [{ answer: -1 }, "valid number"],
      [{ answer: 5, at: "noon" }, "valid number"],
    ] as const) {
      const refused = await ask("POST", `${url}/answer`, { body });
      expect([refused.status, refused.body.detail[0].msg]).toEqual([422, expect.stringContaining(message)]);
    }
    await ask("POST", `${url}/answer`, { body: 1 });
    const ready = await asked("ready");
    const done = await ask("POST", `${ready.url}/answer`, { body: { answer: null } });
    expect(done.body.detail[0].msg).toContain("send null, not");
  });

  it("is answered once; who is late is told by whom", async () => {
    const { url } = await asked("weigh");
    await ask("POST", `${url}/answer`, { who: "hand", body: 1 });
    const late = await ask("POST", `${url}/answer`, { body: 2 });
    expect([late.status, late.body.type]).toEqual([409, "urn:benchd:error:BENCHD_PROMPT_CLOSED"]);
    expect(late.body.detail).toBe('nothing was done: hand has answered "How much is it?" already');
  });

  it("is answered once by who repeats himself under a key", async () => {
    const { url } = await asked("weigh");
    const headers = { "idempotency-key": "mine" };
    const [first, again] = [
      await ask("POST", `${url}/answer`, { body: 1, headers }),
      await ask("POST", `${url}/answer`, { body: 1, headers }),
    ];
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(again.answer.headers["idempotent-replayed"]).toBe("true");
  });

  it("cannot be answered when what asked has been cancelled", async () => {
    const { id, url } = await asked("weigh");
    await ask("DELETE", `/action_invocations/${id}`);
    const late = await ask("POST", `${url}/answer`, { body: 2 });
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining("has ended")]);
    expect((await ask("GET", url)).body).toMatchObject({ state: "withdrawn", answeredBy: null });
  });

  it("wakes who waits for the invocation to change, when it is asked and when it is answered", async () => {
    const { id, url } = await asked("ever");
    const one = `/action_invocations/${id}`;
    const tag = String((await ask("GET", one)).answer.headers["etag"]);
    const headers = { [whoHeader]: "boss", "if-none-match": tag };
    const waiting = bench.app.inject({ url: `${one}?wait=3600`, headers });
    await bench.clock.advance(0);
    await ask("POST", `${url}/answer`, { body: true });
    const { statusCode, json } = await waiting;
    expect([statusCode, json()]).toEqual([200, expect.objectContaining({ waitingFor: null, status: "running" })]);
  });
});

describe("who may", () => {
  it.each<[Who, number, number]>([
    ["hand", 200, 200],
    ["reader", 200, 403],
    ["other", 404, 404],
  ])("%s: reading is answered with %i, an answer with %i", async (who, reading, answering) => {
    const { url } = await asked("weigh");
    expect((await ask("GET", url, { who })).status).toBe(reading);
    expect((await ask("GET", "/gateway/prompts", { who })).body.length).toBe(reading === 200 ? 1 : 0);
    expect((await ask("POST", `${url}/answer`, { who, body: 1 })).status).toBe(answering);
  });

  it("is told of one that is hidden what is told of one that never was", async () => {
    const { prompt } = await asked("weigh");
    const never = prompt.id.replace(/^./, (one) => (one === "0" ? "1" : "0"));
    const told = async (id: string) => (await ask("GET", `/gateway/prompts/${id}`, { who: "other" })).body.detail;
    expect((await told(prompt.id)).replace(prompt.id, "")).toBe((await told(never)).replace(never, ""));
    expect((await ask("GET", "/gateway/prompts/one")).status).toBe(422);
  });
});

describe("what a run asks between its steps", () => {
  it("is seen by who may read all of its Things, and answered by who may operate all of them", async () => {
    const steps = [{ ask: "Is all there?" }, { invoke: "counter.noop" }, { invoke: "asker.ready" }];
    const run = bench.gateway.experiments.runs.start({ procedure: procedure(steps), requestedBy: "boss" });
    await bench.clock.advance(0);
    const [prompt] = bench.gateway.experiments.prompts.all;
    const url = `/gateway/prompts/${prompt?.id}`;
    const seen = await ask("GET", url, { who: "looker" });
    const things = ["asker", "counter"];
    expect(seen.body).toMatchObject({ thing: "gateway", title: "A test", invocation: { id: run.id } });
    const told = bench.gateway.events.after(0).events.flatMap(({ event }) => (event.kind === "prompt" ? [event] : []));
    expect(told.map(({ title }) => title)).toEqual(["A test"]);
    expect(seen.body.things.toSorted()).toEqual(things);
    const statuses = { other: 404, hand: 404, reader: 404, looker: 403, both: 200 } as const;
    for (const [who, status] of Object.entries(statuses) as [keyof typeof statuses, number][])
      expect([who, (await ask("POST", `${url}/answer`, { who })).status]).toEqual([who, status]);
    await bench.clock.advance(0);
    const [step] = bench.gateway.experiments.prompts.all;
    expect(step).toMatchObject({ thing: "asker", invocation: { id: run.id } });
    expect((await ask("GET", `/gateway/prompts/${step?.id}`, { who: "hand" })).status).toBe(404);
    expect((await ask("POST", `/gateway/prompts/${step?.id}/answer`, { who: "both" })).status).toBe(200);
    await bench.clock.until(run.over);
    expect(run.status).toBe("completed");
  });
});

it("takes no answer from a form, which a page of another site could send", async () => {
  const { url } = await asked("weigh");
  const headers = { [whoHeader]: "boss", "content-type": "application/x-www-form-urlencoded" };
  const sent = await bench.app.inject({ method: "POST", url: `${url}/answer`, headers, payload: "number=12.5" });
  expect([sent.statusCode, (await ask("GET", url)).body.state]).toEqual([415, "open"]);
});
