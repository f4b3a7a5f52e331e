import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
beforeAll(async () => {
  bench = await openCounterBench({ allowedHosts: ["bench.lab.example"] });
});
afterAll(() => bench.close());

const counter = () => bench.gateway.thing("counter").read("counter");
const host = "bench.lab.example:5000";
const json = { "content-type": "application/json" };
const post = (headers: Record<string, string>, payload: string | undefined = "{}") =>
  bench.app.inject({
    method: "POST",
    url: "/counter/increment",
    headers: { host, ...headers },
    ...(payload && { payload }),
  });

describe("A08: content types in odd spellings", () => {
  it.each([
    "application/json ; a=b",
    "APPLICATION/JSON",
    " application/json",
    "application/json\t",
    "application/json;charset=utf-8",
    "application/json; charset=utf-16",
    "application/json, text/plain",
    "application/json;",
    "application /json",
    "text/json",
    "application/json\u00a0",
    "application/vnd.api+json",
    "json",
    ";",
  ])("either have the body judged or are refused: %j", async (type) => {
    const before = await counter();
    const { statusCode } = await post({ "content-type": type }, '{"by":"x"}');
    expect([415, 422]).toContain(statusCode);
    expect(await counter()).toBe(before);
  });
});

it.each([
  ["application/json;charset=UTF-8", 201],
  ['application/json; charset="utf-8"', 201],
  ["application/json; charset=utf-16", 415],
  ["application/json; a=b; charset = utf-16le", 415],
  ["application/json; charset=latin1", 415],
] as const)("a body is read as UTF-8, and refused when it says it is something else: %s", async (type, status) => {
  expect((await post({ "content-type": type })).statusCode).toBe(status);
});

describe("A09: bodies that are meant to hurt", () => {
  const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

  it.each([
    ["__proto__", '{"by":1,"__proto__":{"x":1}}'],
    ["an escaped __proto__", '{"by":1,"\\u005f_proto__":{"x":1}}'],
    ["constructor.prototype", '{"constructor":{"prototype":{"x":1}}}'],
    ["ten thousand levels", deep(10_000)],
    ["a trailing comma", '{"by":1,}'],
    ["a lone surrogate where a number belongs", '{"by":"\\ud800"}'],
    ["a number that is none", '{"by":NaN}'],
    ["many keys", `{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":1`).join(",")}}`],
  ])("are refused: %s", async (_, payload) => {
    const before = await counter();
    const answer = await post(json, payload);
    expect(answer.statusCode).toBe(422);
    expect(answer.body.length).toBeLessThan(10_000);
    expect(await counter()).toBe(before);
  });

  it("never get so deep that they could not be told again", async () => {
    const send = (levels: number) =>
      bench.app.inject({
        method: "POST",
        url: "/counter/anything",
        headers: { host, ...json },
        payload: `{"a":${deep(levels)}}`,
      });
    expect((await send(60)).json().output).toEqual({ a: JSON.parse(deep(60)) });
    expect((await send(70)).statusCode).toBe(422);
    const brackets = JSON.stringify({ a: '[[["\\'.repeat(50) });
    const answer = await bench.app.inject({
      method: "POST",
      url: "/counter/anything",
      headers: { host, ...json },
      payload: brackets,
    });
    expect(answer.json().output).toEqual(JSON.parse(brackets));
  });

  it("are refused when they are too large, or encoded", async () => {
    expect((await post(json, `{"by":${" ".repeat(1024 * 1024)}1}`)).statusCode).toBe(413);
    expect((await post({ ...json, "content-encoding": "gzip" })).statusCode).toBe(415);
  });
});

describe("A13: what reaches the log", () => {
  it("is one line of JSON a record, whatever the URL and the headers hold", async () => {
    await bench.app.inject({ url: "/%0a%0dinjected", headers: { host: "evil.example", "user-agent": "a\tb" } });
    await bench.app.inject({ url: "/counter/broken%0a{}", headers: { host } });
    await bench.app.inject({ url: "/counter/broken", headers: { host } });
    expect(bench.logged().length).toBeGreaterThan(0);
    for (const line of bench.logged()) expect(() => JSON.parse(line)).not.toThrow();
  });
});

describe("every answer", () => {
  it.each(["/", "/things/", "/counter/counter", "/nosuch", "/counter"])(
    "to %s carries the headers that keep pages apart",
    async (url) => {
      const { headers } = await bench.app.inject({ url, headers: { host } });
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        // A page that has forms sends them with an origin.
        "referrer-policy": url === "/" ? "same-origin" : "no-referrer",
        "x-frame-options": "DENY",
        "content-security-policy": expect.stringContaining("default-src 'none'"),
      });
      expect(Object.keys(headers).filter((name) => /^(access-control-|x-powered-by|server$)/.test(name))).toEqual([]);
    },
  );
});
