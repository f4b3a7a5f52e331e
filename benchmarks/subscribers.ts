/**
 * What a crowd that listens to all events, and of which some never read, does to a cancel: from the request until the
 * client knows that its invocation has ended, as a ratio of what it takes with nobody listening. Three other Things always
 * have something to tell. Fails when it is later than promised.
 */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Contender, start } from "./contender.ts";
import { median, quantile, ratios, row, spread } from "./figures.ts";

const rounds = 5;
const cancels = 200;
const listeners = 500;
const deaf = 50;
/** Times 30 kB: more than the system takes for one who does not read. */
const shouts = 200;
/** p99 by the p99 with nobody listening; the median of the rounds, as other programs disturb single ones. */
const promised = 3;

interface State {
  /** Of objects and buffers; bytes. */
  readonly memory: number;
  /** Those who take no more. */
  readonly blocked: number;
}

async function ask(url: string, method = "GET", body?: object) {
  const headers = { prefer: "respond-async", ...(body && { "content-type": "application/json" }) };
  const reply = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!reply.ok) throw new Error(`${method} ${url} is answered with ${reply.status}: ${await reply.text()}`);
  return (await reply.json()) as { readonly id: string; readonly status: string };
}

/** How long each cancel takes; ms. */
async function cancel(url: string): Promise<readonly number[]> {
  const all: number[] = [];
  while (all.length < cancels) {
    const { id } = await ask(`${url}/measured/work`, "POST", {});
    await sleep(2 + 8 * Math.random());
    const from = performance.now();
    await ask(`${url}/action_invocations/${id}`, "DELETE");
    const { status } = await ask(`${url}/action_invocations/${id}?wait=10`);
    all.push(performance.now() - from);
    if (status !== "cancelled") throw new Error(`what was cancelled has ended as ${status}`);
  }
  return all;
}

async function told<T>({ process: child }: Contender<unknown>): Promise<T> {
  const answer = once(child, "message") as Promise<[T]>;
  child.send("");
  return (await answer)[0];
}

/** So much that those who never read take no more. */
async function shout(url: string): Promise<void> {
  const { id } = await ask(`${url}/first/shout`, "POST", { times: shouts });
  await ask(`${url}/action_invocations/${id}?wait=30`);
}

export async function run(): Promise<void> {
  using gateway = await start<number>("busy-gateway");
  const url = `http://127.0.0.1:${gateway.told}`;
  await shout(url);
  await cancel(url);
  const alone: (readonly number[])[] = [];
  const crowded: (readonly number[])[] = [];
  let gained = 0;
  let blocked = 0;
  let read = 0;
  for (let round = 0; round < rounds; round++) {
    alone.push(await cancel(url));
    const before = await told<State>(gateway);
    using _ = await start<number>("listeners", String(gateway.told), String(deaf), String(deaf));
    await shout(url);
    using crowd = await start<number>("listeners", String(gateway.told), String(listeners - deaf));
    const from = await told<number>(crowd);
    const begun = performance.now();
    crowded.push(await cancel(url));
    read += ((await told<number>(crowd)) - from) / (performance.now() - begun) / rounds;
    const after = await told<State>(gateway);
    gained = Math.max(gained, after.memory - before.memory);
    blocked += after.blocked / rounds;
  }
  const rate = `${(read / 1000).toFixed(1)} MB/s`;
  console.log(`${listeners} listen; ${deaf} never read, ${blocked} take no more; the others read ${rate}`);
  console.log(row("a cancel", "with them ms", "with nobody ms", "ratio", "min–max"));
  console.log(row("---", "---", "---", "---", "---"));
  for (const q of [0.5, 0.99]) {
    const [mine = [], bare = []] = [crowded, alone].map((all) => all.map((took) => quantile(took, q)));
    const shares = ratios(mine, bare);
    const times = [mine, bare].map((values) => median(values).toFixed(2));
    console.log(row(`p${q * 100}`, ...times, median(shares).toFixed(2), spread(shares)));
    if (q > 0.5 && median(shares) > promised) process.exitCode = 1;
  }
  console.log(`\nmemory gained by objects and buffers: at most ${(gained / 2 ** 20).toFixed(0)} MB`);
}
