/**
 * `npm run fuzz -- --requests 1000000 --seed 1`: sends a gateway all that a seed decides, malformed and well-formed, and
 * judges every answer. Exits with 1 when one was wrong, and tells how to see that again.
 */
import { parseArgs } from "node:util";
import { quantile, row } from "../benchmarks/figures.ts";
import { reproduction } from "./repro.ts";
import { type Tried, trial } from "./trial.ts";
import { maxGrowth, maxLateGrowth } from "./weighing.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    /** The number of the first case, to see some of a run again. */
    from: { type: "string", default: "0" },
    /** Neither weigh its memory nor look for less that shows the same. */
    once: { type: "boolean", default: false },
  },
});
const [requests, seed, from] = [values.requests, values.seed, values.from].map(Number) as [number, number, number];

const begun = performance.now();
const seconds = () => `${((performance.now() - begun) / 1000).toFixed(0)} s`;
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
const toldEvery = Math.max(10_000, requests / 20);
let told = 0;

console.log(`node ${process.version}, ${requests} requests, seed ${seed}`);
const tried = await trial({
  ...{ seed, requests, from, weighs: !values.once },
  progress(sent, violations) {
    if (sent - told < toldEvery) return;
    told = sent;
    console.log(`${sent} requests, ${violations} violations, ${seconds()}`);
  },
});
tell(tried);
const [first] = tried.violations;
if (first) {
  for (const { number, what, wrong } of tried.violations)
    console.log(`\ncase ${number}, ${what}:\n  ${wrong.join("\n  ")}`);
  console.log(
    `\nthe first was sent:\n${JSON.stringify(first.sent.slice(0, 4000))}\nand answered:\n${first.came.slice(0, 4000)}`,
  );
  if (!values.once) console.log(`\nsee it again:  ${await reproduction(seed, first)}`);
  process.exitCode = 1;
}

function tell({ requests: sent, connections, tally, stops, weighed, violations }: Tried): void {
  console.log(`\n${sent} requests on ${connections} connections in ${seconds()}\n`);
  for (const line of tally.table()) console.log(line);
  const times = [0.5, 0.99, 1].map((q) => quantile(stops, q).toFixed(0));
  console.log(row("emergency stops", stops.length, `p50 ${times[0]} ms, p99 ${times[1]} ms, max ${times[2]} ms`));
  if (weighed) {
    const { warm, middle, end } = weighed;
    const before = `${megabytes(warm.heap.bytes)} after the warm-up, and may be ${megabytes(maxGrowth)} more`;
    const late = `${megabytes(middle.heap.bytes)} in the middle, and may be ${megabytes(maxLateGrowth)} more`;
    console.log(row("held at the end", megabytes(end.heap.bytes), `${before}; ${late}`));
    console.log(row("resident at the end", megabytes(end.rss), `${megabytes(warm.rss)} after the warm-up`));
    console.log(row("connections at the end", end.connections, "those of whoever looks"));
  }
  console.log(row("violations", violations.length, ""));
}
