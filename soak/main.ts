/**
 * The soak as a command: `npm run soak -- --hours 72 --seed 1`. Prints what it did, and when a rule breaks, what led to it
 * and how to see it again. Exits with 1 then, and when the heap has grown.
 */
import { parseArgs } from "node:util";
import { shrunk } from "./shrink.ts";
import { type Outcome, soak } from "./soak.ts";

/** The heap may be so much larger at the end than after a warm-up; bytes. */
const heapGrowth = 8 * 2 ** 20;
const warmUpMs = 1_800_000;
const hourMs = 3_600_000;

const { values } = parseArgs({
  options: {
    hours: { type: "string", default: "72" },
    seed: { type: "string", default: process.env["SOAK_SEED"] ?? String(Date.now() % 2 ** 31) },
    steps: { type: "string", ...(process.env["SOAK_STEPS"] && { default: process.env["SOAK_STEPS"] }) },
    shrink: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const hours = Number(values.hours);
const steps = values.steps === undefined ? undefined : Number(values.steps);

/** What is in use once everything is gone that can go; bytes. What waits for a finalizer goes with a later round. */
async function heap(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    if (!globalThis.gc) throw new Error("start node with --expose-gc");
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

function tell({ steps: taken, ms, tally, trace }: Outcome, wallMs: number): void {
  const rate = Math.round(ms / wallMs);
  console.log(
    `${taken} steps in ${(ms / hourMs).toFixed(1)} virtual hours, ${(wallMs / 1000).toFixed(0)} s of real time (${rate} times as fast); trace ${trace}\n`,
  );
  for (const line of tally.table()) console.log(line);
}

async function explain({ broken }: Outcome): Promise<void> {
  if (!broken) return;
  const { step, violations, lines } = broken;
  console.log(`\n${lines.slice(-150).join("\n")}`);
  console.log(`\nbroken at step ${step}:\n${violations.join("\n")}`);
  console.log(`\nsee it again:  SOAK_SEED=${seed} SOAK_STEPS=${step} npm run soak`);
  if (!values.shrink) return;
  console.log(`needed for it: steps ${(await shrunk({ seed, ms: hours * hourMs, steps: step })).join(", ")}`);
}

console.log(`node ${process.version}, ${hours} virtual hours, SOAK_SEED=${seed}`);
// Code is compiled, modules are loaded, rings are filled.
await soak({ seed: seed + 1, ms: warmUpMs });
const before = await heap();
const from = performance.now();
let told = 0;
const outcome = await soak({
  seed,
  ms: hours * hourMs,
  steps,
  at(ms, step) {
    if (ms - told < 6 * hourMs) return;
    told = ms;
    console.log(`${(ms / hourMs).toFixed(0)} h, step ${step}, heap ${megabytes(process.memoryUsage().heapUsed)}`);
  },
});
tell(outcome, performance.now() - from);
await explain(outcome);
const grown = (await heap()) - before;
console.log(`\nheap before ${megabytes(before)}, after ${megabytes(before + grown)}`);
if (grown > heapGrowth) console.log(`the heap has grown by ${megabytes(grown)}: something is kept`);
process.exitCode = outcome.broken || grown > heapGrowth ? 1 : 0;
