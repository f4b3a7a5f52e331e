import { afterEach, beforeEach, expect, test } from "vitest";
import { whoHeader } from "../access/asking.ts";
import { openSecretBench } from "../access/secret-bench.ts";

let stand: Awaited<ReturnType<typeof openSecretBench>>;
beforeEach(async () => {
  stand = await openSecretBench();
});
afterEach(() => stand.close());

interface Lane {
  readonly thing: string;
  readonly invocations: readonly { readonly action: string; readonly parts: readonly { readonly kind: string }[] }[];
}

/** The bench's time stands still meanwhile. */
const ask = (who: string, query = "") =>
  stand.app.inject({ url: `/gateway/timeline${query}`, headers: { [whoHeader]: who } });
const lanes = async (who: string, query = ""): Promise<readonly Lane[]> => (await ask(who, query)).json().lanes;
const drawn = (some: readonly Lane[]) =>
  some.map(({ thing, invocations }) => [
    thing,
    invocations.map(({ action, parts }) => [action, ...parts.map(({ kind }) => kind)]),
  ]);

/** Two runs, one of them with the hidden Thing, and a call that uses it. */
async function work() {
  const begin = async (text: string) =>
    stand.ask("boss", "POST", "/gateway/runs", { document: JSON.stringify({ title: "x", steps: [{ invoke: text }] }) });
  await stand.ask("boss", "POST", "/whole/work");
  await begin("whole.work");
  await stand.bench.clock.advance(10);
  await stand.ask("boss", "POST", "/gateway/runs", {
    document: "title: x\nsteps: [{ set: zebra.secret_word, to: aloud }, { invoke: zebra.secret_hold }]",
  });
  await stand.bench.clock.advance(1000);
}

test("invocations stand with their Thing, runs before all, each with its steps and how they are", async () => {
  await work();
  const { body, ...answer } = await ask("boss");
  expect(answer.statusCode).toBe(200);
  expect(drawn(JSON.parse(body).lanes)).toEqual([
    [
      "gateway",
      [
        ["run", "step", "step"],
        ["run", "step"],
      ],
    ],
    ["zebra", []],
    ["plain", []],
    ["whole", [["work", "step"]]],
  ]);
  const [{ invocations }] = JSON.parse(body).lanes;
  expect(invocations.at(-1)).toEqual({
    id: expect.any(String),
    action: "run",
    status: "running",
    reason: null,
    outcome: null,
    requestedBy: "boss",
    requestedAt: expect.stringMatching(/Z$/),
    startedAt: expect.stringMatching(/Z$/),
    endedAt: null,
    progress: 50,
    parts: [
      {
        kind: "step",
        from: expect.stringMatching(/Z$/),
        to: null,
        thing: "zebra",
        action: "secret_hold",
        n: 0,
        status: "running",
      },
    ],
  });
});

test("whoever may not read a Thing sees neither it, nor runs with it, nor the calls of others on it", async () => {
  await work();
  expect(drawn(await lanes("guest"))).toEqual([
    ["gateway", [["run", "step"]]],
    ["plain", []],
    ["whole", [["work"]]],
  ]);
  expect(await lanes("guest", "?thing=zebra")).toEqual([]);
  expect(await lanes("guest", "?thing=giraf")).toEqual([]);
  expect(drawn(await lanes("guest", "?thing=whole"))).toEqual([["whole", [["work"]]]]);
  expect(drawn(await lanes("guest", "?thing=gateway"))).toEqual([["gateway", [["run", "step"]]]]);
});

test("unless told, it is what was done in the last quarter of an hour", async () => {
  const { now, since } = (await ask("boss")).json();
  const minutes = (Date.parse(now) - Date.parse(since)) / 60_000;
  // Two looks at the wall clock, which goes on.
  expect(minutes).toBeGreaterThanOrEqual(15);
  expect(minutes).toBeLessThan(16);
});

test("what is no time, or no number of invocations, is refused", async () => {
  const statuses = ["limit=0", "limit=2001", "since=yesterday", "form=csv"].map(
    async (query) => (await ask("boss", `?${query}`)).statusCode,
  );
  expect(await Promise.all(statuses)).toEqual([422, 422, 422, 422]);
});

test("a leap second, which no clock here has, is no time", async () => {
  for (const query of ["?since=2016-12-31T23:59:60Z", "?until=2016-12-31T23:59:60Z", "?since=x"]) {
    const answer = await ask("boss", query);
    expect([answer.statusCode, answer.json().detail.length]).toEqual([422, 1]);
  }
  expect((await ask("boss", "?since=2016-12-31T23:59:59.999Z")).statusCode).toBe(200);
});
