import { afterAll, beforeAll, expect, test } from "vitest";
import { openWotBench, type WotBench } from "./bench.ts";
import { type Findings, findOut } from "./dialogue/findings.ts";
import { type GuardedBench, openGuardedBench } from "./guarded-bench.ts";
import { judge } from "./judge.ts";
import { answers } from "./spoil/answers.ts";
import { descriptions } from "./spoil/descriptions.ts";
import { forms } from "./spoil/forms.ts";
import { spoilt } from "./spoil/spoiler.ts";
import { streams } from "./spoil/streams.ts";
import { tokens } from "./spoil/tokens.ts";
import { verdicts } from "./verdicts.ts";

/** Each with what has to be asked, so that it shows. */
const groups = [
  { parts: [], spoilers: descriptions },
  { parts: ["requests", "streams", "tokens"], spoilers: forms },
  { parts: ["requests"], spoilers: answers },
  { parts: ["streams"], spoilers: streams },
  { parts: ["tokens"], spoilers: tokens },
] as const;
const spoilers = groups.flatMap(({ parts, spoilers }) => spoilers.map((spoiler) => ({ ...spoiler, parts })));
/** Enough of a bench for every check to find something to look at. */
const text = `
things:
  counter: { driver: counter }
  relays: { driver: relays, gpio: { pump_power: 5, vent: 16, lamp: 13 } }
  door: { driver: door, gpio: { switch: 17 } }
`;
/** For what is spoilt, in ms: what does not come in time has failed, too. */
const patienceMs = 100;

let bench: WotBench;
let guarded: GuardedBench;
beforeAll(async () => {
  bench = await openWotBench(text);
  guarded = await openGuardedBench(text);
});
afterAll(async () => {
  await bench.close();
  await guarded.close();
});

const failing = (findings: Findings): readonly string[] =>
  judge(findings).flatMap(({ result, assertion: { id } }) => (result === "failed" ? [id] : []));

test("as it is, nothing fails", async () => {
  expect(failing(await findOut(bench, guarded))).toEqual([]);
});

test("nothing fails below a prefix, either", async () => {
  const below = await openWotBench(`prefix: /lab/one\n${text}`);
  const guardedBelow = await openGuardedBench(`prefix: /lab/one\n${text}`);
  const findings = await findOut(below, guardedBelow);
  await below.close();
  await guardedBelow.close();
  expect(findings.exchanges.filter(({ request }) => request.url.includes("/lab/one/things/")).length).toBeGreaterThan(
    50,
  );
  expect(failing(findings)).toEqual([]);
});

test.each(groups)("nor does what is to be found, when no more is asked than $parts", async ({ parts, spoilers }) => {
  const found = failing(await findOut(bench, guarded, { parts }));
  expect(spoilers.flatMap((spoiler) => spoiler.found).filter((id) => found.includes(id))).toEqual([]);
});

test.each(spoilers)("a check finds it when $what", async (spoiler) => {
  const other = { ...guarded, wire: spoilt(guarded.wire, spoiler) };
  const found = failing(await findOut(spoilt(bench, spoiler), other, { patienceMs, parts: spoiler.parts }));
  expect(spoiler.found.filter((id) => !found.includes(id))).toEqual([]);
});

test("every check is one that finds something", () => {
  const checked = Object.entries(verdicts).filter(([, verdict]) => !("reason" in verdict));
  const found = new Set(spoilers.flatMap((spoiler) => spoiler.found));
  expect(checked.map(([id]) => id).filter((id) => !found.has(id))).toEqual([]);
});
