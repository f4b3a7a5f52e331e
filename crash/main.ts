/**
 * `npm run crash -- --kills 500 --seed 1`: kills benchd at random moments in the middle of its work and holds it to
 * everything it has answered. Exits with 1 when it has broken a promise.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median, quantile, row } from "../benchmarks/figures.ts";
import { crash } from "./crash.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "500" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    "without-keys": { type: "boolean", default: false },
  },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
const keys = !values["without-keys"];
const folder = mkdtempSync(join(tmpdir(), "benchd-crash-"));

const begun = performance.now();
console.log(`node ${process.version}, ${kills} kills, seed ${seed}`);
const { tally, restarts, answered, violations } = await crash({
  kills,
  seed,
  keys,
  folder,
  violated: (what) => console.log(`\n${what}`),
  progress(done, broken) {
    if (done % 50 === 0) console.log(`${done} kills, ${broken} violations, ${seconds(performance.now() - begun)}`);
  },
});
console.log(`\n${kills} kills in ${seconds(performance.now() - begun)}\n`);
for (const line of tally.table()) console.log(line);
console.log(row("invocations acknowledged and found again", answered, ""));
const times = [0.5, 0.99, 1].map((q) => `${quantile(restarts, q).toFixed(0)} ms`);
console.log(
  row(
    "from start to first reply",
    restarts.length,
    `p50 ${median(restarts).toFixed(0)} ms, p99 ${times[1]}, max ${times[2]}`,
  ),
);
console.log(row("violations", violations.length, ""));
if (violations.length > 0) console.log(`\nits state is kept in ${folder}; see it again with --seed ${seed}`);
else rmSync(folder, { recursive: true });
process.exitCode = violations.length > 0 ? 1 : 0;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0)} s`;
}
