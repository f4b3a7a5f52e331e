import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readProcedure } from "../../../src/experiment/procedure/read.ts";
import { stepKinds } from "../../../src/experiment/procedure/step-kinds.ts";

const page = readFileSync(new URL("../../../docs/procedures.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);

/** Lists of steps stand on the page without the document around them. */
const whole = (text: string) => (text.startsWith("title:") ? text : `title: t\nsteps:\n${text}`);

test("every example on the page of procedures can be read, and each kind of step has one", () => {
  expect(blocks.length).toBeGreaterThan(10);
  for (const text of blocks) expect(() => readProcedure({ text: whole(text), file: "page.yaml" })).not.toThrow();
  for (const kind of Object.keys(stepKinds)) expect(blocks.join("\n")).toMatch(new RegExp(`- ${kind}:`));
});
