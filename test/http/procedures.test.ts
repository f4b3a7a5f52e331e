import { afterEach, beforeEach, expect, test } from "vitest";
import { byHeader, whoHeader } from "../access/asking.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

const grants = {
  boss: [{ scope: "admin" }],
  keeper: [{ scope: "configure" }],
  hand: [{ scope: "operate", things: ["counter"] }],
  reader: [{ scope: "read" }],
  stranger: [{ scope: "operate", things: ["camera"] }],
} as const;
type Who = keyof typeof grants;

let bench: CounterBench;
beforeEach(async () => {
  bench = await openCounterBench({ identify: byHeader(grants) });
});
afterEach(() => bench.close());

async function ask(method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: unknown, who: Who = "keeper") {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  const sent = { method, url: `/gateway/procedures${url}`, headers: { [whoHeader]: who, ...type }, ...payload };
  const answer = await bench.clock.until(bench.app.inject(sent));
  return { status: answer.statusCode, body: answer.json() };
}

const counting = `title: Counting
parameters: { n: { type: integer, default: 1, minimum: 1, maximum: 10 } }
steps:
  - repeat: { times: $n, steps: [invoke: counter.increment] }
`;
const typo = counting.replace("increment", "incremnt");

test("what is stored is told by name, with its versions, and its text byte for byte", async () => {
  const first = await ask("PUT", "/counting", { document: counting });
  expect([first.status, first.body]).toEqual([201, expect.objectContaining({ version: 1, mistakes: [] })]);
  expect((await ask("PUT", "/counting", { document: counting })).status).toBe(200);
  const longer = `${counting}  - wait: 1 s\n`;
  expect((await ask("PUT", "/counting", { document: longer })).body).toMatchObject({ version: 2 });
  const about = {
    ...{ name: "counting", version: 2, title: "Counting", description: null, things: ["counter"] },
    parameters: { n: { type: "integer", default: 1, minimum: 1, maximum: 10 } },
    ...{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: longer.length, unreadable: null },
    storedAt: expect.stringMatching(/Z$/),
  };
  expect((await ask("GET", "", undefined, "reader")).body).toEqual({ counting: about });
  expect((await ask("GET", "/counting", undefined, "reader")).body).toEqual({ ...about, document: longer });
  expect((await ask("GET", "/counting?version=1")).body).toMatchObject({ version: 1, document: counting });
  expect((await ask("GET", "/counting/versions")).body).toMatchObject([{ version: 2 }, { version: 1 }]);
  expect(await ask("DELETE", "/counting?version=2")).toEqual({ status: 200, body: { name: "counting", removed: [2] } });
  expect((await ask("GET", "/counting")).body).toMatchObject({ version: 1 });
  expect((await ask("DELETE", "/counting")).body).toMatchObject({ removed: [1] });
  expect((await ask("GET", "/counting")).status).toBe(404);
  const trail = bench.gateway.audit.page({ what: "procedure", limit: 10 });
  expect(trail.map(({ what, by, detail }) => [what, by, detail])).toEqual([
    ["procedure.removed", "keeper", "counting, 1 of 1 versions"],
    ["procedure.removed", "keeper", "counting@2"],
    ["procedure.stored", "keeper", "counting@2"],
    ["procedure.stored", "keeper", "counting@1"],
  ]);
});

test("what cannot be read is not stored, and told with every mistake; what only this bench cannot run is stored", async () => {
  const odd = await ask("PUT", "/x", { document: "title: x\nsteps: [wait: 1, wayt: 1 s]" });
  expect(odd).toMatchObject({ status: 422, body: { type: "urn:benchd:error:BENCHD_PROCEDURE" } });
  expect(odd.body.mistakes).toMatchObject([
    { at: "x:2:15", step: "steps[0]" },
    { at: "x:2:18", step: "steps[1]", message: expect.stringContaining('did you mean "wait"?') },
  ]);
  expect((await ask("GET", "/x")).status).toBe(404);
  const there = await ask("PUT", "/x", { document: typo });
  expect([there.status, there.body.mistakes]).toEqual([201, [expect.objectContaining({ step: "steps[0].repeat[0]" })]]);
  for (const body of [undefined, {}, { document: 1 }, { document: "a", title: "b" }])
    expect((await ask("PUT", "/y", body)).status).toBe(422);
  expect((await ask("PUT", "/Not%20a%20name", { document: counting })).status).toBe(422);
});

test("a check tells whether it could be run, with these parameters, of a text or of what is stored", async () => {
  await ask("PUT", "/counting", { document: counting });
  const check = async (body: object, who: Who = "hand") => (await ask("POST", "/check", body, who)).body;
  const filled = { title: "Counting", parameters: { n: 3 }, things: ["counter"] };
  expect(await check({ procedure: "counting", parameters: { n: 3 } })).toMatchObject({
    runs: true,
    mistakes: [],
    ...filled,
    steps: [
      { path: "steps[0]", line: 4, text: "repeat 3 times" },
      { path: "steps[0].repeat[0]", line: 4, text: "invoke counter.increment" },
    ],
  });
  expect(await check({ procedure: "counting@1", parameters: { n: 11 } })).toMatchObject({
    ...{ runs: false, title: null },
    mistakes: [{ at: "counting@1:2:15", message: "the value given for n must be at most 10, not 11" }],
  });
  expect(await check({ document: typo })).toMatchObject({
    ...{ runs: false, title: "Counting" },
    mistakes: [{ at: "document:4:42", message: expect.stringContaining('did you mean "increment"?') }],
  });
  for (const body of [{}, { document: counting, procedure: "counting" }, { procedure: "@1" }])
    expect((await ask("POST", "/check", body, "hand")).status).toBe(422);
  expect((await ask("POST", "/check", { procedure: "counting@7" }, "hand")).status).toBe(404);
});

test("a procedure that works with what one may not read does not exist for him, nor do its Things in a check", async () => {
  await ask("PUT", "/counting", { document: counting });
  expect((await ask("GET", "", undefined, "stranger")).body).toEqual({});
  const missing = await ask("GET", "/countin", undefined, "stranger");
  const hidden = await ask("GET", "/counting", undefined, "stranger");
  expect(hidden).toEqual({ status: 404, body: { detail: missing.body.detail.replace("countin", "counting") } });
  for (const url of ["/counting/versions", "/counting?version=1"])
    expect((await ask("GET", url, undefined, "stranger")).status).toBe(404);
  expect((await ask("POST", "/check", { procedure: "counting" }, "stranger")).status).toBe(404);
  expect((await ask("POST", "/check", { document: counting }, "stranger")).body.mistakes).toMatchObject([
    { message: 'there is no Thing "counter"' },
  ]);
});

test.each([
  ["PUT", "/x", "hand"],
  ["DELETE", "/counting", "hand"],
  ["PUT", "/x", "reader"],
  ["POST", "/check", "reader"],
] as const)("%s %s is not for a %s", async (method, url, who) => {
  await ask("PUT", "/counting", { document: counting });
  expect((await ask(method, url, { document: counting }, who)).status).toBe(403);
});

test("a body that would be a bomb is refused in words, and the bench goes on", async () => {
  const bombs = [
    "[".repeat(200_000),
    `a: ${"&a ".repeat(50_000)}`,
    "- *a\n".repeat(40_000),
    `${"k: 1\n".repeat(50_000)}`,
  ];
  for (const document of bombs) {
    const { status, body } = await ask("POST", "/check", { document }, "hand");
    expect([status, body.runs, body.mistakes.length]).toEqual([200, false, 1]);
  }
});
