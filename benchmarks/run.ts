/**
 * Invocations to completion per second as a share of a bare Fastify route that answers with the same number of bytes.
 * Both serve in processes of their own, on the loopback, and take turns within one run: only the ratio means anything.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";

const rounds = 5;
const seconds = 2;
const body = "{}";
const headers = { "content-type": "application/json" };

interface Contender {
  readonly process: ChildProcess;
  readonly url: string;
}

async function start(name: string, ...args: string[]): Promise<Contender> {
  const file = fileURLToPath(new URL(`./contenders/${name}.js`, import.meta.url));
  const child = fork(file, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [port] = (await once(child, "message")) as [number];
  return { process: child, url: `http://127.0.0.1:${port}/counter/noop` };
}

/** The size of a reply, which must tell of a completed invocation: anything else would be a race to do nothing. */
async function replySize({ url }: Contender): Promise<number> {
  const reply = await fetch(url, { method: "POST", headers, body });
  const text = await reply.text();
  if (reply.status !== 201 || JSON.parse(text).status !== "completed") throw new Error(`not completed: ${text}`);
  return text.length;
}

async function perSecond({ url }: Contender, connections: number): Promise<number> {
  const result = await autocannon({ url, method: "POST", headers, body, connections, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.average;
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]) => sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN;
const spread = (values: readonly number[]) => sorted(values).filter((_, n, all) => n === 0 || n === all.length - 1);

const benchd = await start("benchd");
const bare = await start("bare", String(await replySize(benchd)));
try {
  await replySize(bare);
  for (const contender of [benchd, bare]) await perSecond(contender, 16);
  console.log(`node ${process.version}, ${process.arch}, ${rounds} rounds of ${seconds} s each, medians`);
  console.log("| connections | counter/noop to completion, of bare Fastify | min–max | benchd /s | bare /s |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const connections of [1, 16]) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await perSecond(benchd, connections));
      theirs.push(await perSecond(bare, connections));
    }
    const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
    const range = spread(ratios).map((ratio) => ratio.toFixed(2));
    const figures = [median(ratios).toFixed(2), range.join("–"), median(ours).toFixed(0), median(theirs).toFixed(0)];
    console.log(`| ${connections} | ${figures.join(" | ")} |`);
  }
} finally {
  for (const { process: child } of [benchd, bare]) child.disconnect();
}
