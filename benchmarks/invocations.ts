/**
 * Invocations to completion per second as a share of a bare Fastify route that answers with the same number of bytes.
 * The history is kept in a file, as on a real bench. Both serve in processes of their own, on the loopback, and take turns.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { start } from "./contender.ts";
import { median, ratios, row, spread } from "./figures.ts";

const rounds = 5;
const seconds = 2;
const body = "{}";
const headers = { "content-type": "application/json" };
const urlOf = (port: number) => `http://127.0.0.1:${port}/counter/noop`;

/** The size of a reply, which must tell of a completed invocation: anything else would be a race to do nothing. */
async function replySize(port: number): Promise<number> {
  const reply = await fetch(urlOf(port), { method: "POST", headers, body });
  const text = await reply.text();
  if (reply.status !== 201 || JSON.parse(text).status !== "completed") throw new Error(`not completed: ${text}`);
  return text.length;
}

async function perSecond(port: number, connections: number): Promise<number> {
  const result = await autocannon({ url: urlOf(port), method: "POST", headers, body, connections, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.average;
}

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "benchd-bench-"));
  using benchd = await start<number>("benchd", folder);
  using bare = await start<number>("bare", String(await replySize(benchd.told)));
  await replySize(bare.told);
  for (const { told } of [benchd, bare]) await perSecond(told, 16);
  console.log(`${rounds} rounds of ${seconds} s each, medians`);
  console.log(row("connections", "counter/noop to completion, of bare Fastify", "min–max", "benchd /s", "bare /s"));
  console.log(row("---", "---", "---", "---", "---"));
  for (const connections of [1, 16]) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await perSecond(benchd.told, connections));
      theirs.push(await perSecond(bare.told, connections));
    }
    const shares = ratios(ours, theirs);
    const rates = [ours, theirs].map((values) => median(values).toFixed(0));
    console.log(row(connections, median(shares).toFixed(2), spread(shares), ...rates));
  }
  rmSync(folder, { recursive: true });
}
