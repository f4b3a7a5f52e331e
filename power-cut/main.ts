/**
 * `npm run power-cut -- --cuts 2000 --seed 1`: records every write and every sync of a benchd at work, and opens what a
 * power cut would have left at each of them. Exits with 1 when a promise was broken. Needs strace, on Linux.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { row } from "../benchmarks/figures.ts";
import { Dice } from "../soak/dice.ts";
import { Tally } from "../soak/tally.ts";
import { Disk, type Luck } from "./disk.ts";
import { judge } from "./judge.ts";
import { Promises } from "./promises.ts";
import { record } from "./record.ts";
import { readTrace } from "./trace.ts";

const { values } = parseArgs({
  options: {
    cuts: { type: "string", default: "2000" },
    requests: { type: "string", default: "600" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    "without-keys": { type: "boolean", default: false },
    // To see that this notices a program that does not sync.
    "ignore-syncs": { type: "boolean", default: false },
  },
});
const [cuts, requests, seed] = [values.cuts, values.requests, values.seed].map(Number) as [number, number, number];
const folder = mkdtempSync(join(tmpdir(), "benchd-power-cut-"));
const dice = new Dice(seed, "power cuts");
const lucks: readonly Luck[] = ["nothing", "everything", "anything", "anything"];

const begun = performance.now();
const { trace, state, settings, keyed } = await record(folder, requests, !values["without-keys"]);
const all = await readTrace(trace, state);
const steps = values["ignore-syncs"]
  ? all.filter(({ kind, name }: { kind: string; name?: string }) => kind !== "synced" || name === "")
  : all;
const moments = new Set(chosen());
const disk = new Disk();
const promises = new Promises(keyed);
const tally = new Tally();
const violations: string[] = [];
for (const [n, step] of steps.entries()) {
  if (moments.has(n)) await cutBefore(n);
  disk.take(step);
  promises.take(step);
  tally.count("recorded", step.kind);
}
await cutBefore(steps.length);

console.log(`node ${process.version}, seed ${seed}, ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
for (const line of tally.table()) console.log(line);
const { ids, settings: answered, presses } = promises.now;
console.log(
  row("answered with a key", ids.length, `settings ${answered}, emergency stop pressed or cleared ${presses}`),
);
console.log(row("violations", violations.length, ""));
for (const what of violations.slice(0, 20)) console.log(what);
if (violations.length > 0) console.log(`\nthe recording is kept in ${folder}`);
else rmSync(folder, { recursive: true });
process.exitCode = violations.length > 0 ? 1 : 0;

/** Before and after every sync and after every answer, or as many of these as are asked for. */
function chosen(): readonly number[] {
  const telling = [...steps.keys()].filter((n) => {
    const kinds = [steps[n - 1]?.kind, steps[n]?.kind];
    return kinds[1] === "synced" || kinds[0] === "synced" || kinds[0] === "reply" || kinds[0] === "cut";
  });
  while (telling.length > cuts) telling.splice(dice.whole(0, telling.length - 1), 1);
  const others = Array.from({ length: Math.max(0, cuts - telling.length) }, () => dice.whole(0, steps.length - 1));
  return [...telling, ...others];
}

async function cutBefore(n: number): Promise<void> {
  const luck = dice.one(lucks);
  tally.count("power cuts", luck);
  const wrong = await judge(join(folder, "after"), disk.cut(luck, dice), promises.now, settings);
  for (const what of wrong)
    violations.push(
      `before step ${n} (${steps[n]?.kind ?? "the end"}; of what was not synced ${luck} came through): ${what}`,
    );
}
