import { readdirSync } from "node:fs";
import { Type } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import * as configSchemas from "../../src/gateway/config/schema.ts";
import * as querySchemas from "../../src/http/query.ts";
import * as wotQuerySchemas from "../../src/http/wot/query.ts";
import { validator } from "../../src/schema.ts";
import { costProblems, isSafePattern, maxPatternText } from "../../src/schema-cost.ts";
import { checkDefinition } from "../../src/thing/check-definition.ts";
import { type Listening, openListening } from "./listening.ts";
import { regexesIn } from "./regexes.ts";

const slow = ["^(a+)+$", "(x+x+)+y", "([a-z]+)*$", "^(([0-9]+)[.])*$", "(.*a){1,20}$"];

describe("A20: a pattern that takes for ever on some texts", () => {
  const driver = (input: object) => ({
    title: "Lamp",
    config: Type.Object({}),
    actions: { blink: { title: "Blink", input: Type.Object({ text: Type.Unsafe<string>(input) }) } },
    open: async () => ({}),
  });

  test.each(slow)("%s is refused where a driver is defined, with what to do", (pattern) => {
    for (const place of [
      { type: "string", pattern },
      { type: "object", patternProperties: { [pattern]: {} } },
    ])
      expect(() => checkDefinition(driver(place), "lamp")).toThrow(
        `action blink: input/text: the pattern ${pattern} may take for ever on some texts: repeat nothing that repeats itself`,
      );
  });

  test.each([
    "^-?\\d+(\\.\\d+)?$",
    "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "^[A-Z]{2}\\d{4}$",
    "^(a|b)+$",
    "^[(]?[)]{3}$",
  ])("is not what people write for numbers and names: %s", (pattern) => {
    expect(isSafePattern(pattern)).toBe(true);
  });

  test("is refused in a configuration that gives one, with its line", async () => {
    const yaml = `
things:
  meter:
    driver: scpi
    serial: /dev/ttyUSB0
    config: { identify: "^(a+)+$" }
`;
    const checking = checkBench(yaml, "bench.yaml", openCatalogue(), { mock: true });
    await expect(checking).rejects.toThrow(ConfigError);
    await expect(checking).rejects.toThrow(/6:.*identify.*may take for ever/s);
  });

  test("is in no driver, in no schema of ours", async () => {
    const catalogue = openCatalogue();
    for (const name of await catalogue.names()) {
      const { config, properties = {}, actions = {} } = await catalogue.definition(name);
      expect([name, ...costProblems(config), ...costProblems(properties), ...costProblems(actions)]).toEqual([name]);
    }
    const ours = [
      ...Object.entries(configSchemas),
      ...Object.entries(querySchemas),
      ...Object.entries(wotQuerySchemas),
    ];
    const found = ours.flatMap(([name, schema]) => [...costProblems(schema)].map(({ at }) => name + at));
    // A path in a configuration: each of its parts begins with what none of them has inside.
    expect(found).toEqual(["gatewaySchema/prefix"]);
  });

  const regexes = ["src", "drivers"].flatMap(regexesIn);

  test("is in no source: all of their regular expressions are found, and end", () => {
    expect(regexes.length).toBeGreaterThan(150);
    expect(readdirSync(new URL("../../src", import.meta.url)).length).toBeGreaterThan(10);
    const unsafe = regexes.filter(({ source }) => !isSafePattern(source) && !known.has(source));
    expect(unsafe.map(({ at }) => at)).toEqual([]);
    expect([...known].filter((source) => !regexes.some((one) => one.source === source))).toEqual([]);
  });
});

/** Each repetition begins with what the one before cannot end with, or the text is short; and two that the check cannot read. */
const known = new Set([
  "^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}._@-]*( [\\p{L}\\p{M}\\p{N}._@-]+)*$",
  "\\b(?!127\\.|0\\.0\\.0\\.0)(?:\\d{1,3}\\.){3}\\d{1,3}\\b|\\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\\b|\\b(?:fe80|fd[0-9a-f]{2}):[0-9a-f:]+",
  "^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$",
  "^\\d{1,15}( *, *\\d{1,15}){0,15}$",
  "^[a-z0-9][\\w!#$&^.+-]*\\/[a-z0-9][\\w!#$&^.+-]*(; ?[\\w-]+=[\\w.+-]+)*$",
  "^(?:10[*^]|(?:\\[[^\\][{}\\s]*\\]|[^\\d+\\-./(){}[\\]\\s])+)",
  "\\s*([·×]|(?<!10)\\*)\\s*|\\s+",
  "(?<!10)\\^",
]);

describe("A20: a text for a pattern", () => {
  const schema = Type.Object({ text: Type.String({ pattern: "^[a-z]*$" }) });

  test.each([
    ["a field", schema, (text: string) => ({ text })],
    ["an entry of a list", Type.Array(Type.String({ pattern: "^a*$" })), (text: string) => ["a", text]],
    [
      "a name in a table",
      Type.Record(Type.String({ pattern: "^a*$" }), Type.Null()),
      (text: string) => ({ [text]: null }),
    ],
    ["one of several kinds", Type.Union([Type.String({ pattern: "^a*$" }), Type.Number()]), (text: string) => text],
    ["all of several kinds", Type.Unsafe({ allOf: [{ type: "string", pattern: "^a*$" }] }), (text: string) => text],
  ])("that is too long is not held against it: %s", (_, one, put) => {
    expect(validator(one).issues(put("a".repeat(maxPatternText)))).toEqual([]);
    const [issue, ...others] = validator(one).issues(put("a".repeat(maxPatternText + 1)));
    expect([issue?.keyword, issue?.message, others]).toEqual([
      "maxLength",
      expect.stringContaining(`more than ${maxPatternText} characters`),
      [],
    ]);
  });

  test("may be longer where another kind of text may stand there as well", () => {
    const either = Type.Union([Type.String({ pattern: "^a*$" }), Type.String()]);
    expect(validator(either).issues("b".repeat(100_000))).toEqual([]);
  });
});

describe("A20: lists that are compared with themselves, and long lists of words", () => {
  const problems = (schema: object) => [...costProblems(schema)].map(({ message }) => message);

  test("are refused where they are defined, unless they are bounded", () => {
    expect(problems(Type.Array(Type.Number(), { uniqueItems: true }))).toEqual([expect.stringContaining("maxItems")]);
    expect(problems(Type.Array(Type.Number(), { uniqueItems: true, maxItems: 100 }))).toEqual([]);
    const words = Array.from({ length: 5000 }, (_, n) => `word${n}`);
    expect(problems(Type.Object({ word: Type.Enum(words) }))).toEqual([expect.stringContaining("1000 values at most")]);
    expect(problems(Type.Enum(words.slice(0, 1000)))).toEqual([]);
    // What looks like one, in what is data.
    expect(problems({ default: { pattern: "(a+)+" }, properties: { pattern: { type: "string" } } })).toEqual([]);
  });

  test("are not looked through when they are longer than they may be", () => {
    const list = Type.Array(Type.Number(), { uniqueItems: true, maxItems: 10 });
    const [issue] = validator(list).issues(new Array(300_000).fill(1));
    expect([issue?.keyword, issue?.message]).toEqual(["maxItems", "must not have more than 10 items"]);
  });

  test("that have very many values are refused without telling each", () => {
    const found = validator(Type.Array(Type.String())).issues(new Array(300_000).fill(1));
    expect(found).toEqual([expect.objectContaining({ path: "", message: expect.stringContaining("send fewer") })]);
    expect(validator(Type.Array(Type.String())).issues(new Array(10_000).fill(1))[0]?.path).toBe("/0");
  });
});

describe("A20: a gateway that listens", () => {
  let bench: Listening;
  beforeAll(async () => {
    bench = await openListening();
  });
  afterAll(() => bench.close());

  test.each([
    ["/dmm/show", { text: "x".repeat(900_000) }],
    ["/counter/lease", { things: new Array(400_000).fill(0) }],
    ["/counter/echo", { number: 1, text: new Array(400_000).fill(0) }],
    ["/relays/nosuch", new Array(400_000).fill(0)],
  ])("refuses what would cost time in a few words: %s", async (path, value) => {
    const body = JSON.stringify(value);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(new URL(path, bench.url), { method: "POST", headers, body });
    expect([404, 422]).toContain(answer.status);
    expect((await answer.text()).length).toBeLessThan(5_000_000);
    expect((await fetch(new URL("/health", bench.url))).status).toBe(200);
  });
});
