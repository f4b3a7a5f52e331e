import { signal } from "@preact/signals";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { refusalOf } from "../../dashboard/bench/load.ts";
import { Ask, fieldsOf, wordsOf } from "../../dashboard/parts/ask.ts";
import { shortTime } from "../../dashboard/parts/time-text.ts";
import { Connection } from "../../src/client/connection.ts";
import { RefusedError } from "../../src/client/errors.ts";
import { type AskedBench, driven, lossy, openAskedBench } from "../client/bench.ts";
import { unhandledRejections } from "../unhandled.ts";

const unhandled = unhandledRejections();
let bench: AskedBench;
let before = 0;
beforeAll(async () => {
  bench = await openAskedBench();
});
beforeEach(async () => {
  before += await count();
});
afterAll(async () => {
  await bench.close();
  expect(unhandled).toEqual([]);
});

/** A button of a page, whose requests meet these fates. */
async function asking(fates: Parameters<typeof lossy>[0], of = (method: string) => method !== "GET") {
  const net = lossy(fates, of);
  const connection = new Connection({ url: bench.url, clock: bench.time, fetch: net.fetch });
  const about = signal((await bench.connection.get("/gateway/about")) as { readonly startedAt: string });
  const ask = new Ask({ connection, about });
  const increment = (by: number) =>
    driven(bench, ask.send("POST", "/counter/increment", { body: { by }, headers: { prefer: "wait=1" } }));
  const keys = () =>
    net.asked.filter(({ method }) => method === "POST").map(({ headers }) => headers.get("idempotency-key"));
  return { ask, about, increment, keys, asked: net.asked };
}

/** Since the test has begun. */
const count = async () => Number(await bench.connection.get("/counter/counter")) - before;

describe("a request that a button makes", () => {
  it("is done once, however often its answer is lost, and says meanwhile that it asks again", async () => {
    const { ask, increment, keys } = await asking(["answer lost", "request lost", "answer lost"]);
    const said: string[] = [];
    ask.now.subscribe(({ words }) => said.push(words));
    expect(await increment(5)).toMatchObject({ status: 201 });
    expect(ask.now.value).toMatchObject({ state: "done", words: "" });
    expect(await count()).toBe(5);
    expect([keys().length, new Set(keys()).size]).toEqual([4, 1]);
    expect(said).toContain("The answer was lost. Asking again whether it was done…");
  });

  it("says that nobody knows when all answers are lost; pressed again it asks about the same", async () => {
    const { ask, increment, keys } = await asking(Array.from({ length: 5 }, () => "answer lost" as const));
    expect(await increment(5)).toBeUndefined();
    expect(ask.now.value).toMatchObject({ state: "unknown", words: expect.stringMatching(/^Nobody knows whether/) });
    expect(await increment(5)).toMatchObject({ status: 201 });
    expect([await count(), new Set(keys()).size]).toEqual([5, 1]);
    await bench.time.advance(1000);
    await increment(5);
    expect([await count(), new Set(keys()).size]).toEqual([10, 2]);
  });

  it("is asked again, too, where somebody in between has answered, who does not know what was done", async () => {
    const { ask, increment, keys } = await asking(["answered by a proxy: 502", 429, "answer lost"]);
    expect(await increment(5)).toMatchObject({ status: 201 });
    expect([ask.now.value.state, await count(), new Set(keys()).size]).toEqual(["done", 5, 1]);
  });

  it("is done once for a double click, and for a key that is held down; who presses again later means it", async () => {
    const { ask, increment, keys } = await asking([]);
    for (let n = 0; n < 20; n++) {
      await increment(5);
      await bench.time.advance(n === 0 ? 500 : 100);
    }
    expect([await count(), keys().length]).toEqual([5, 1]);
    expect(ask.now.value).toMatchObject({ state: "done", words: expect.stringMatching(/pressed twice/) });
    await increment(2);
    expect(await count()).toBe(7);
    await bench.time.advance(1000);
    await increment(2);
    expect([await count(), keys().length]).toEqual([9, 3]);
  });

  it("is not begun on a gateway that was started anew, either, by a key that is held down", async () => {
    const { about, increment, keys } = await asking(["answer lost"]);
    about.value = { startedAt: "2026-01-01T00:00:00.000Z" };
    await increment(5);
    await increment(5);
    expect([await count(), keys().length]).toEqual([5, 1]);
  });

  it("is another request when something else is asked for after that", async () => {
    const { increment, keys } = await asking(Array.from({ length: 5 }, () => "answer lost" as const));
    await increment(5);
    await increment(2);
    expect([await count(), new Set(keys()).size]).toEqual([7, 2]);
  });

  it.each([401, 429])(
    "takes no %i for an answer to what was lost: that is told before anybody looks for a key",
    async (status) => {
      const { about } = await asking([]);
      const problem = { detail: "later", type: "urn:benchd:error:BENCHD_SOMETHING" };
      const answers = [undefined, Response.json(problem, { status }), Response.json({ done: true })];
      const fetch = async (input: unknown) => {
        if (String(input).endsWith("/gateway/about")) return Response.json(about.value);
        const answer = answers.shift();
        if (!answer) throw new TypeError("fetch failed");
        return answer;
      };
      const ask = new Ask({
        connection: new Connection({ url: bench.url, clock: bench.time, fetch: fetch as typeof globalThis.fetch }),
        about,
      });
      expect(await driven(bench, ask.send("POST", "/counter/increment"))).toMatchObject({ body: { done: true } });
      expect([ask.now.value.state, bench.time.nextDue()]).toEqual(["done", undefined]);
    },
  );

  it("asks no gateway twice that was started anew, as that may have forgotten", async () => {
    const { ask, about, increment, keys } = await asking(["answer lost"]);
    about.value = { startedAt: "2026-01-01T00:00:00.000Z" };
    expect(await increment(5)).toBeUndefined();
    expect(ask.now.value).toMatchObject({ state: "unknown", words: expect.stringMatching(/started anew/) });
    expect(keys().length).toBe(1);
  });

  it("is repeated without a key where that does no harm", async () => {
    const { ask, asked } = await asking(["request lost"]);
    await driven(bench, ask.send("DELETE", "/action_invocations/none", { again: "harmless" }));
    expect(ask.now.value).toMatchObject({ state: "refused" });
    expect(asked.map(({ method, headers }) => [method, headers.has("idempotency-key")]).slice(0, 2)).toEqual([
      ["DELETE", false],
      ["DELETE", false],
    ]);
  });

  it("tells which fields do not fit, and where it was told nothing of fields why not", async () => {
    const { ask } = await asking([]);
    await ask.send("POST", "/counter/increment", { body: { by: 1.5 } });
    expect(ask.now.value.state).toBe("refused");
    expect([...ask.now.value.fields.keys()]).toEqual(["/by"]);
    await ask.send("POST", "/nobody/increment");
    expect(ask.now.value).toMatchObject({ state: "refused", fields: new Map() });
    ask.clear();
    expect(ask.now.value).toMatchObject({ state: "idle", words: "" });
  });

  it("is made one at a time", async () => {
    const { ask, increment } = await asking([]);
    const first = increment(1);
    expect(await ask.send("POST", "/counter/increment", { body: { by: 1 } })).toBeUndefined();
    expect(await first).toMatchObject({ status: 201 });
    expect(await count()).toBe(1);
  });
});

it("a misfit is told at its place in the body", () => {
  const problem = {
    detail: [
      { loc: ["body", "xyz", 1], msg: "Value error, must be a step" },
      { loc: ["body", "a/b~"], msg: "Field required" },
      { loc: ["body", "long"], msg: "x".repeat(600) },
      { loc: ["body"], msg: "no object" },
      { loc: ["query", "by"], msg: "is not for a field" },
      "nonsense",
    ],
  };
  expect([...fieldsOf(problem)]).toEqual([
    ["/xyz/1", "must be a step"],
    ["/a~1b~0", "Field required"],
    ["/long", "x".repeat(500)],
    ["", "no object"],
  ]);
  expect(fieldsOf({ detail: "words" }).size).toBe(0);
});

it("a refusal says when to try again, in seconds", () => {
  expect(wordsOf(new RefusedError(503, { detail: "It is busy." }, 1500))).toBe("It is busy. (try again in 2 s)");
});

it("a refusal tells times as all of the page does", () => {
  const until = new Date(Date.now() + 60_000);
  const refused = new RefusedError(409, { detail: `pump is leased to ann until ${until.toISOString()}: wait` });
  const local = shortTime(until.getTime(), Date.now());
  expect([wordsOf(refused), refusalOf(refused)]).toEqual(Array(2).fill(`pump is leased to ann until ${local}: wait`));
});
