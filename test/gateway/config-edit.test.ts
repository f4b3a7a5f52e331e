import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { entryText, parseValue, withThing } from "../../src/gateway/config/edit.ts";

const entry = { driver: "x", serial: { usb: { vendorId: "0403", productId: "6001" } }, config: { a: 1 } };
const lines = [
  "  new:",
  "    driver: x",
  '    serial: { usb: { vendorId: "0403", productId: "6001" } }',
  "    config: { a: 1 }",
].join("\n");

test("an entry is written as one would, with numbers in quotes that are texts", () => {
  expect(entryText("new", entry)).toBe(lines);
});

test.each([
  ["at the end of the file", "things:\n  a:\n    driver: x # which\n", ""],
  ["where the file ends without a line break", "things:\n  a: { driver: x }", ""],
  [
    "before what follows, and the comments of that",
    "things:\n  a: { driver: x }\n",
    "\n# ports\nlisten: { port: 1 }\n",
  ],
  ["before comments below the last entry", "things:\n  a:\n    gpio:\n      b: 1 # c\n", "\n  # more of them\n"],
])("it is put in %s, and everything else stays as it is, byte by byte", (_, before, after) => {
  const start = before.endsWith("\n") ? before : `${before}\n`;
  expect(withThing(`# mine\n${before}${after}`, "new", entry)).toBe(`# mine\n${start}${lines}\n${after}`);
});

test("it is indented and spaced as the others are", () => {
  const text = "things:\r\n    a:\r\n        driver: x\r\n\r\n    b:\r\n        driver: x\r\n";
  const added = withThing(text, "new", { driver: "x" });
  expect(added).toBe(`${text}\r\n    new:\r\n      driver: x\r\n`);
});

test.each([
  ["nothing yet", ""],
  ["comments only", "# mine\n"],
  ["an empty list of Things", "# mine\nthings: # of the bench\nlisten: { port: 1 } # local\n"],
  ["Things in braces", "# mine\nthings: { a: { driver: x } } # of the bench\nlisten: { port: 1 } # local\n"],
])("a file with %s keeps its comments", (_, text) => {
  const added = withThing(text, "new", entry);
  for (const [comment] of text.matchAll(/#.*/g)) expect(added).toContain(comment);
  const config = parseConfig(added, "benchd.yaml");
  expect(config.things.get("new")).toMatchObject({ driver: "x", config: { a: 1 } });
  expect(config.things.has("a")).toBe(text.includes("a:"));
});

test("the example gets one entry more, and loses nothing", () => {
  const text = readFileSync(new URL("../../examples/bench.yaml", import.meta.url), "utf8");
  const added = withThing(text, "new", entry);
  expect(added.replace(`\n${lines}\n`, "")).toBe(text);
});

test.each([
  ["17", 17],
  ['"17"', "17"],
  ["true", true],
  ["{ min: -5, max: 0 }", { min: -5, max: 0 }],
  ["", null],
])("what somebody answers means what it means in the file: %s", (text, value) => {
  expect(parseValue(text)).toEqual(value);
});

test("what is no YAML is refused with words", () => {
  expect(() => parseValue("{ a: ")).toThrow(/no YAML/);
});
