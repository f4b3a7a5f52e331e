/**
 * The soak as a command: `npm run soak -- --hours 72 --seed 1`. Prints what it did, and when a rule breaks, what led to it
 * and how to see it again. Exits with 1 then, and when the heap has grown.
 */
import { parseArgs } from "node:util";
import { counted, sampled, slope } from "./heap.ts";
import { shrunk } from "./shrink.ts";
import { type Outcome, soak } from "./soak.ts";

/** Apart from compiled code, the heap may be so much larger at the end than after the warm-up; bytes. */
const heapGrowth = 4 * 2 ** 20;
/** In the later half of a run it may grow by so much an hour, and three times the standard error of that; bytes. */
const hourlyGrowth = 64 * 2 ** 10;
const warmUpMs = 7_200_000;
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

/** How the heap was, each hour. */
const samples: { readonly hour: number; readonly value: number }[] = [];
let sampledAt = 0;
let toldAt = 0;

async function look(ms: number, step: number): Promise<void> {
  if (ms - sampledAt < hourMs) return;
  sampledAt = ms;
  const { code, data } = await sampled(2);
  samples.push({ hour: ms / hourMs, value: data });
  if (ms - toldAt < 6 * hourMs) return;
  toldAt = ms;
  const { Gateway: gateways, Invocation: invocations, Frame: frames } = counted();
  console.log(
    `${(ms / hourMs).toFixed(0)} h, step ${step}, heap ${megabytes(data)} and code ${megabytes(code)}, ${gateways} gateways, ${invocations} invocations, ${frames} frames`,
  );
}

console.log(`node ${process.version}, ${hours} virtual hours, SOAK_SEED=${seed}`);
// Modules are loaded, the ordinary paths are compiled, rings are filled.
await soak({ seed: seed + 1, ms: warmUpMs });
const before = await sampled(20);
const from = performance.now();
const outcome = await soak({ seed, ms: hours * hourMs, steps, at: look });
tell(outcome, performance.now() - from);
await explain(outcome);
const after = await sampled(20);
const grown = after.data - before.data;
const left = Object.entries(counted()).filter(([, count]) => count > 0);
const { perHour, error } = slope(samples.filter(({ hour }) => hour > hours / 2));
console.log(
  `\nheap before ${megabytes(before.data)} and code ${megabytes(before.code)}, after ${megabytes(after.data)} and code ${megabytes(after.code)}`,
);
const kilobytes = (bytes: number) => (bytes / 2 ** 10).toFixed(0);
console.log(`in the later half of it ${kilobytes(perHour)} ± ${kilobytes(error)} KB more each hour`);
const leaks = [
  ...(grown > heapGrowth ? [`the heap has grown by ${megabytes(grown)}: something is kept`] : []),
  ...(perHour > hourlyGrowth + 3 * error ? ["the heap grows while it runs"] : []),
  ...left.map(([name, count]) => `${count} of ${name} are left when all has ended`),
];
if (!outcome.broken) for (const leak of leaks) console.log(leak);
process.exitCode = outcome.broken || leaks.length > 0 ? 1 : 0;
