import { afterAll, beforeAll, expect, test } from "vitest";
import { assertions } from "./assertions.ts";
import { names, openWotBench, type WotBench } from "./bench.ts";
import { type Findings, findOut } from "./dialogue/findings.ts";
import { type GuardedBench, openGuardedBench } from "./guarded-bench.ts";
import { judge } from "./judge.ts";
import { page, sectionOf } from "./page.ts";
import { verdicts } from "./verdicts.ts";

let bench: WotBench;
let guarded: GuardedBench;
let findings: Findings;

beforeAll(async () => {
  bench = await openWotBench();
  guarded = await openGuardedBench();
  findings = await findOut(bench, guarded);
});
afterAll(async () => {
  await bench.close();
  await guarded.close();
});

test("the W3C's list has 174 assertions, each with a name of its own", () => {
  expect(assertions).toHaveLength(174);
  expect(new Set(assertions.map(({ id }) => id)).size).toBe(174);
});

test("each has a check or a reason why it is not applicable, and a place on the page", () => {
  const ids = assertions.map(({ id }) => id);
  expect(ids.filter((id) => !verdicts[id])).toEqual([]);
  expect(Object.keys(verdicts).filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids.filter((id) => sectionOf(id) === undefined)).toEqual([]);
});

test("every Thing of both benches was found from the well-known address", () => {
  expect(findings.things.map(({ thing }) => thing)).toEqual(names);
  expect(findings.guarded.things.map(({ thing }) => thing)).toEqual(names);
});

test("no assertion fails", () => {
  const failed = judge(findings).filter(({ result }) => result === "failed");
  expect(failed.map(({ assertion: { id }, flaws }) => ({ id, flaws }))).toEqual([]);
});

test("docs/wot-conformance.md tells what has come of each; `npx vitest run test/wot -u` writes it anew", async () => {
  await expect(page(judge(findings), findings)).toMatchFileSnapshot("../../docs/wot-conformance.md");
});
