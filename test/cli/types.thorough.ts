import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transform } from "esbuild";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { declarations } from "../../src/cli/types/declarations.ts";
import { served } from "./served.ts";
import { testShell } from "./shell.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function serve(text = "things:\n  balance: { driver: balance }\n  counter: { driver: counter }\n") {
  const { url, close } = await served(text);
  const folder = await mkdtemp(join(tmpdir(), "benchd-types-"));
  cleanUp.push(close, () => rm(folder, { recursive: true }));
  const shell = testShell({ USER: "ada" });
  const benchd = (...args: string[]) => run(["types", ...args], shell);
  return { url, shell, benchd, file: join(folder, "bench.ts") };
}

const thing = (about: object) => ({ title: "A", properties: {}, actions: {}, ...about });
const written = (about: object) => declarations({ a: thing(about) }, "http://bench.local");

describe("benchd types", () => {
  it("writes what the Things of a gateway offer, always the same", async () => {
    const { url, shell, benchd, file } = await serve();
    expect(await benchd(url, "--out", file)).toBe(0);
    const text = await readFile(file, "utf8");
    expect(await benchd("--url", url)).toBe(0);
    expect(`${shell.printed.at(-1)}\n`).toBe(text);
    expect(text).toContain(`// What the gateway at ${url} offers.`);
    expect(text).toContain('import type { BlobLink } from "benchd/client";');
    expect(text).toContain(
      "export interface Things {\n  readonly balance: Balance;\n  readonly counter: Counter;\n}\n",
    );
    expect(text).toContain("    readonly fixed: { readonly value: string; readonly readOnly: true };");
    expect(text).toContain("    readonly make_blob: { readonly output: BlobLink };");
    expect(text).toContain(`    readonly slow_count: {
      readonly input: {
        /** N. 5 unless told */
        readonly n?: number;
        /** Delay. s, 0.2 unless told */
        readonly delay?: number;
      };
      readonly output: number;
    };`);
  });

  it("tells whether a file is still right", async () => {
    const { url, shell, benchd, file } = await serve();
    expect(await benchd(url, "--check", "--out", file)).toBe(1);
    await benchd(url, "--out", file);
    expect(await benchd(url, "--check", "--out", file)).toBe(0);
    await writeFile(file, "// otherwise\n");
    expect(await benchd(url, "--check", "--out", file)).toBe(1);
    expect(shell.told.at(-1)).toContain("write it anew");
    expect(await readFile(file, "utf8")).toBe("// otherwise\n");
  });

  it("says what to do when it cannot", async () => {
    const { url, shell, benchd } = await serve('prefix: "/api/v1"\nthings:\n  counter: { driver: counter }\n');
    for (const [args, status, why] of [
      [[url], 1, "it belongs to the URL"],
      [["bench.local"], 64, "--url takes the address"],
      [[`${url}/api/v1`, "--check"], 64, "--check needs a file"],
      [[`${url}/api/v1`, "--out", "/nowhere/bench.ts"], 64, "cannot be written (ENOENT)"],
      [["http://127.0.0.1:1"], 69, "no gateway answers"],
    ] as const) {
      expect([args, await benchd(...args)]).toEqual([args, status]);
      expect(shell.told.join("\n")).toContain(why);
    }
    expect(await benchd(`${url}/api/v1/`)).toBe(0);
  });
});

describe("the types of a Thing Description", () => {
  it.each<[string, object, string]>([
    ["a number", { type: "number" }, "number"],
    ["an integer", { type: "integer" }, "number"],
    ["one of some", { type: "string", enum: ["a", "µ", 1, null] }, '"a" | "\\u00b5" | 1 | null'],
    ["a constant", { const: "x" }, '"x"'],
    ["a choice", { oneOf: [{ type: "number" }, { type: "null" }] }, "number | null"],
    ["several types", { type: ["string", "null"] }, "string | null"],
    ["a list", { type: "array", items: { type: "number" } }, "readonly number[]"],
    ["a list of choices", { type: "array", items: { type: ["string", "null"] } }, "readonly (string | null)[]"],
    ["a tuple", { type: "array", items: [{ type: "number" }, { type: "string" }] }, "readonly [number, string]"],
    ["any fields", { type: "object" }, "{\n      readonly [name: string]: unknown;\n    }"],
    ["no fields", { type: "object", additionalProperties: false }, "Record<string, never>"],
    [
      "fields of one type",
      { type: "object", additionalProperties: { type: "number" } },
      "{\n      readonly [name: string]: number;\n    }",
    ],
    ["a blob", { type: "object", "benchd:blob": "image/jpeg", properties: {} }, "BlobLink"],
    ["what is not said", {}, "unknown"],
    ["what is not known", { type: "quantum" }, "unknown"],
  ])("%s", (_, schema, type) => {
    expect(written({ properties: { p: schema } })).toContain(`readonly p: { readonly value: ${type} };`);
  });

  it("has a default stand for what is left out of an input, but not of an output", () => {
    const schema = { type: "object", required: ["n"], properties: { n: { type: "number", default: 1 } } };
    const text = written({ actions: { go: { input: schema, output: schema } } });
    expect(text).toMatch(/input: \{\s+\/\*\* 1 unless told \*\/\s+readonly n\?: number;/);
    expect(text).toMatch(/output: \{\s+\/\*\* 1 unless told \*\/\s+readonly n: number;/);
  });

  it("calls each Thing by a name of its own", () => {
    const names = ["a-b", "a_b", "things", "blob-link", "2nd", "record"];
    const text = declarations(Object.fromEntries(names.map((name) => [name, thing({})])), "");
    const types = [...text.matchAll(/^export interface (\w+)/gm)].map(([, type]) => type);
    expect(types).toEqual(["Things", "Thing2nd", "AB", "AB2", "BlobLink2", "Record2", "Things2"]);
  });

  it("goes no deeper than anybody reads", () => {
    let schema: object = { type: "number" };
    for (let depth = 0; depth < 100; depth++) schema = { type: "object", properties: { in: schema } };
    expect(written({ properties: { p: schema } }).length).toBeLessThan(10_000);
  });

  it("whatever names and titles say, they end no comment, tell the compiler nothing, and leave the code what it is", async () => {
    const evil = [
      "*/ export const stolen = 1; /*",
      "@ts-ignore",
      "line\u2028break\nhere",
      "\u202etxet",
      "`process.exit()`",
      '"; export const stolen = 1; "',
      "__proto__",
      "constructor",
    ];
    const text = fc.oneof(fc.constantFrom(...evil), fc.string({ unit: "binary", maxLength: 30 }));
    const schema = fc.record({
      title: text,
      description: text,
      unit: text,
      type: fc.constantFrom("number", "object"),
      enum: fc.array(text, { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(text, text, schema, async (name, title, about) => {
        const fields = { ...about, type: "object", enum: undefined, properties: Object.fromEntries([[name, about]]) };
        const affordances = Object.fromEntries([[name, about]]);
        const action = { [name]: { title, input: fields, output: about } };
        const description = { title, description: name, properties: affordances, actions: action };
        const types = declarations(Object.fromEntries([[name, description]]), title);
        expect(types).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]|^\s*\/[*/].*@/mu);
        // All of it is types: nothing is left to run.
        const { code } = await transform(types, { loader: "ts" });
        expect(code).toBe("");
      }),
      { numRuns: 50 },
    );
  });
});
