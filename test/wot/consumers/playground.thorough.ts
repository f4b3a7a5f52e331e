import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tdAssertions } from "@thing-description-playground/assertions";
import { tdValidator } from "@thing-description-playground/core";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { names, openWotBench, type WotBench } from "../bench.ts";
import { type Described, talkOfDescriptions } from "../dialogue/descriptions.ts";
import { Talk } from "../dialogue/talk.ts";
import { affordancesOf, type Td } from "../td.ts";

const schemaFile = "@thing-description-playground/core/td-schema.json";
/** The W3C's JSON Schema of Thing Descriptions 1.1. */
const w3cSchema = createRequire(import.meta.url)(schemaFile) as Readonly<Record<string, unknown>>;
const ignored = () => {};

let bench: WotBench;
let things: readonly Described[];
beforeAll(async () => {
  bench = await openWotBench();
  things = await talkOfDescriptions(new Talk(bench));
});
afterAll(() => bench.close());

test("each Thing Description is valid by the W3C's JSON Schema of version 1.1", () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(w3cSchema);
  const wrong = things.flatMap(({ thing, td }) =>
    validate(td) ? [] : [{ thing, errors: ajv.errorsText(validate.errors) }],
  );
  expect(w3cSchema["version"]).toMatch(/^1\.1/);
  expect(things).toHaveLength(names.length);
  expect(wrong).toEqual([]);
  expect(validate({ ...things[0]?.td, title: undefined })).toBe(false);
});

describe("the Thing Description Playground", () => {
  test("passes each Thing Description: JSON, schema, and what no schema can say", async () => {
    for (const { thing, td } of things) {
      const { report, details } = await judged(td);
      expect({ thing, ...report }).toMatchObject({ json: "passed", schema: "passed", additional: "passed" });
      expect(Object.values(details)).not.toContain("failed");
    }
  });

  test("passes the description of the directory", async () => {
    const { answer } = await new Talk(bench).get("the directory", `${bench.origin}/.well-known/wot`);
    const { report, details } = await judged(JSON.parse(answer.body));
    // Of what its Things have in them it says no more than the W3C's own does, for which there is a warning.
    expect(report).toMatchObject({ json: "passed", schema: "passed", additional: "warning" });
    expect(Object.entries(details).filter(([, found]) => found === "warning" || found === "failed")).toEqual([
      ["propItems", "warning"],
    ]);
  });

  test("would have only the members of values say that they are neither read-only nor write-only", async () => {
    const { report } = await judged(spelledOut(together(things)));
    expect(report.defaults).toBe("passed");
  });

  test("fails one that has a property without a form", async () => {
    const { report } = await judged({ ...things[0]?.td, properties: { weight: { type: "number" } } });
    expect(report.schema).toBe("failed");
  });

  test("finds no assertion of the TD specification that fails, in any affordance of any Thing", async () => {
    const results = await tdAssertions([JSON.stringify(together(things))], load, ignored, []);
    expect(results.filter(({ Status }) => Status === "fail")).toEqual([]);
    expect(results.filter(({ Status }) => Status === "pass").length).toBeGreaterThan(60);
  });
});

const judged = (td: object) => tdValidator(JSON.stringify(td), ignored, { checkDefaults: true, checkJsonLd: false });

const inner = new Set(["properties", "uriVariables"]);
const schemas = new Set(["items", "input", "output", "data"]);

/** With every `readOnly` and `writeOnly` that goes without saying, however deep. */
function spelledOut(value: unknown, key = ""): object {
  if (Array.isArray(value))
    return value.map((one) => (typeof one === "object" && key === "oneOf" ? complete(one) : one));
  if (typeof value !== "object" || value === null) return value as never;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (typeof one !== "object" || one === null) return [name, one];
      return [name, inner.has(key) || schemas.has(name) ? complete(one) : spelledOut(one, name)];
    }),
  );
}

const complete = (schema: object) => ({ readOnly: false, writeOnly: false, ...spelledOut(schema) });

/** It looks for the schema where it would be if it were not shared with others. */
const load = (path: string) => (path.endsWith("td-schema.json") ? Promise.resolve("{}") : readFile(path, "utf8"));

/**
 * One Thing Description with all affordances of all Things: each of them takes the assertions a second, and what is said of
 * a Thing itself is the same for all.
 */
function together(all: readonly Described[]): Td {
  const [first] = all;
  if (!first) throw new Error("there are no Things");
  const tables: Record<"properties" | "actions" | "events", Record<string, unknown>> = {
    properties: {},
    actions: {},
    events: {},
  };
  for (const { thing, td } of all)
    for (const { kind, name, affordance } of affordancesOf(td)) tables[kind][`${thing}_${name}`] = affordance;
  return { ...first.td, ...(tables as Partial<Td>) };
}
