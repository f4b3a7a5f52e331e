import type { RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { takingBodies } from "./bodies.ts";
import { type Listening, openListening } from "./listening.ts";

let bench: Listening;
const routes: RouteOptions[] = [];
beforeAll(async () => {
  bench = await openListening({ onRoute: (route) => routes.push(route) });
});
afterAll(() => bench.close());

const deep = (levels: number, open = "[", close = "]") => open.repeat(levels) + close.repeat(levels);
const send = (method: string, path: string, body: string) =>
  fetch(new URL(path, bench.url), { method, headers: { "content-type": "application/json" }, body });
const gain = () => bench.gateway.thing("counter").read("gain");

const hurtful: readonly (readonly [string, string])[] = [
  ["__proto__", '{"__proto__":{"by":1}}'],
  ["__proto__ in escapes", '{"\\u005f\\u005fproto__":{"by":1}}'],
  ["__proto__ further down", '{"a":[{"__proto__":{"by":1}}]}'],
  ["constructor.prototype", '{"constructor":{"prototype":{"by":1}}}'],
  ["ten thousand lists in each other", deep(10_000)],
  ["ten thousand objects in each other", deep(10_000, '{"a":', "}").replace(":}", ":1}")],
  ["lists that do not end", "[".repeat(100_000)],
  ["twenty thousand keys", `{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join(",")}}`],
  ["a text of three megabytes", `"${"x".repeat(3 * 2 ** 20)}"`],
  ["a byte order mark", '\ufeff{"nobody":1}'],
  ["half of a pair", '"\\ud800"'],
  ["a comma too many", '{"by":1,}'],
  ["a number that is infinite", '{"nobody":1e400}'],
  ["a whole number beyond all others", `{"nobody":${"9".repeat(400)}}`],
  ["less than nothing", '{"nobody":-0}'],
  ["two values", "{}{}"],
  ["a NUL behind it", "{}\u0000"],
  ["comments", "/* none */{}"],
];

describe("A09: JSON that is made to hurt", () => {
  test.each(hurtful)("is refused by every route that reads it, in few words: %s", async (_, body) => {
    const before = await gain();
    for (const { name, method, path, reads } of takingBodies(routes)) {
      // Who sends more than is read may find the connection closed before he has been told.
      const answer = await send(method, path, body).catch(() => undefined);
      if (!answer) {
        expect(body.length).toBeGreaterThan(2 ** 20);
        continue;
      }
      const told = await answer.text();
      if (reads) expect([name, answer.status]).toEqual([name, expect.toBeOneOf([400, 413, 422])]);
      expect(answer.status).toBeLessThan(500);
      expect(told.length).toBeLessThan(10_000);
    }
    expect(await gain()).toBe(before);
    expect(Object.hasOwn(Object.prototype, "by")).toBe(false);
    expect((await fetch(new URL("/health", bench.url))).status).toBe(200);
  });

  test("that says a key twice means the last one, for the schema and for whoever acts on it", async () => {
    const twice = (a: string, b: string) => send("POST", "/counter/echo", `{"number":${a},"text":"t","number":${b}}`);
    expect((await twice("1", '"x"')).status).toBe(422);
    const answer = await twice('"x"', "2");
    expect([answer.status, await answer.json()]).toEqual([
      201,
      expect.objectContaining({ input: { number: 2, text: "t" }, output: { number: 2, text: "t" } }),
    ]);
  });

  test("in numbers stays what it was, or is refused", async () => {
    for (const [text, value] of [
      ["-0", 0],
      ["1e2", 100],
      ["0.1", 0.1],
      ["9007199254740993", 9007199254740992],
    ] as const) {
      expect((await send("PUT", "/counter/gain", text)).status).toBe(201);
      expect(JSON.stringify(await gain())).toBe(JSON.stringify(value));
    }
    for (const text of ["1e400", "-1e400", "NaN", "0x10", "01", "+1", ".5", "1."])
      expect([text, (await send("PUT", "/counter/gain", text)).status]).toEqual([text, 422]);
  });
});
