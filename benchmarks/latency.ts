/**
 * How long a client waits. First `POST /counter/noop` of the built gateway, to completion, against a bare Fastify route
 * with as many bytes, for clients that ask without a pause. Then a cancel: from the DELETE that a client sends to the
 * rejection of what an action awaits, against Node's own HTTP server whose handler aborts a signal that somebody waits
 * with. Both note the moment of the rejection in their own process, by the clock that all processes share, so that on both
 * sides all of the way in is counted, and nothing of the way back; the answer, which tells the client, stands beside it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { start } from "./contender.ts";
import { judged, median, micros, quantile, ratios, row, spread } from "./figures.ts";
import { Client, completion, load, requestOf, warmUp } from "./load.ts";
import { startPeer } from "./peer.ts";
import { type Served, served } from "./served.ts";

const rounds = 5;
const ms = 1000;
const cancels = 200;
const atMost = 3;

const waiter = fileURLToPath(new URL("./drivers/waiter.js", import.meta.url));
const things = `  counter: { driver: counter }\n  waiter: { driver: ${JSON.stringify(waiter)} }`;
const lineOfHeads = () => {
  const heads = ["quantile", "benchd µs", "bare µs", "ratio", "min–max", "promised"];
  return `${row("", ...heads)}\n${row(...Array.from({ length: heads.length + 1 }, () => "---"))}`;
};

/** Rounds of times, ours and theirs; a promise is one of the p99. */
function tell(what: string, ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[], held = true) {
  for (const q of [0.5, 0.99]) {
    const [mine, bare] = [ours, theirs].map((all) => all.map((took) => quantile(took, q)));
    const shares = ratios(mine ?? [], bare ?? []);
    const verdict = held && q > 0.5 ? judged(`p99 of ${what}`, median(shares), { atMost }) : "";
    const times = [mine, bare].map((values) => micros(median(values ?? [])));
    console.log(row(what, `p${q * 100}`, ...times, median(shares).toFixed(2), spread(shares), verdict));
  }
}

async function posts({ port, pid, headers }: Served): Promise<void> {
  const request = requestOf({ path: "/counter/noop", headers });
  const client = await Client.open(port);
  const size = (await client.ask(request)).length;
  client.close();
  using bare = await startPeer<number>("fastify", String(size));
  const [ours, theirs] = [
    { port, pid, ms, request: () => request, told: completion },
    { port: bare.told, pid: bare.process.pid ?? 0, ms, request: () => request },
  ];
  for (const doer of [ours, theirs]) await warmUp(doer);
  for (const connections of [1, 16, 64]) {
    const took: { readonly ours: (readonly number[])[]; readonly theirs: (readonly number[])[] } = {
      ours: [],
      theirs: [],
    };
    for (let round = 0; round < rounds; round++) {
      took.ours.push((await load({ ...ours, connections })).took);
      took.theirs.push((await load({ ...theirs, connections })).took);
    }
    tell(`POST, ${connections} ${connections === 1 ? "client" : "clients"}`, took.ours, took.theirs);
  }
}

interface Cancelled {
  /** From the DELETE to the rejection, and to its answer; ms. */
  readonly rejected: readonly number[];
  readonly answered: readonly number[];
}

/** Of something that waits; `over` resolves when the next may begin. */
interface Waiting {
  readonly begin: string;
  readonly ends: (begun: string) => string;
  readonly over?: (begun: string) => string;
  readonly rejectedAt: string;
}

async function cancelled(port: number, { begin, ends, over, rejectedAt }: Waiting): Promise<Cancelled> {
  const client = await Client.open(port);
  const all: { rejected: number[]; answered: number[] } = { rejected: [], answered: [] };
  while (all.rejected.length < cancels) {
    const begun = await client.ask(begin);
    const end = ends(begun);
    await sleep(2 + 8 * Math.random());
    const from = process.hrtime.bigint();
    await client.ask(end);
    all.answered.push(Number(process.hrtime.bigint() - from) / 1e6);
    if (over) await client.ask(over(begun));
    const at = BigInt(JSON.parse(await client.ask(rejectedAt)) as string);
    if (at < from) throw new Error("what was cancelled has not been rejected");
    all.rejected.push(Number(at - from) / 1e6);
  }
  client.close();
  return all;
}

async function stops({ port, headers }: Served): Promise<void> {
  using bare = await start<number>("abort");
  const ask = (method: string, path: string, more = {}) =>
    requestOf({ method, path, headers: { ...headers, ...more } });
  const invocation = (begun: string) => `/action_invocations/${(JSON.parse(begun) as { readonly id: string }).id}`;
  const ours: Waiting = {
    begin: ask("POST", "/waiter/wait", { prefer: "respond-async" }),
    ends: (begun) => ask("DELETE", invocation(begun)),
    over: (begun) => ask("GET", `${invocation(begun)}?wait=10`),
    rejectedAt: ask("GET", "/waiter/rejected"),
  };
  const theirs: Waiting = { begin: ask("POST", "/"), ends: () => ask("DELETE", "/"), rejectedAt: ask("GET", "/") };
  const [mine, others]: [Cancelled[], Cancelled[]] = [[], []];
  await cancelled(port, ours);
  await cancelled(bare.told, theirs);
  for (let round = 0; round < rounds; round++) {
    mine.push(await cancelled(port, ours));
    others.push(await cancelled(bare.told, theirs));
  }
  const of = (all: readonly Cancelled[], which: keyof Cancelled) => all.map((round) => round[which]);
  tell("DELETE until the wait is rejected", of(mine, "rejected"), of(others, "rejected"));
  tell("DELETE until it is answered", of(mine, "answered"), of(others, "answered"), false);
}

export async function run(): Promise<void> {
  using benchd = await served({ things, mock: false });
  console.log(`${rounds} rounds of ${ms / 1000} s, or ${cancels} cancels, each; medians`);
  console.log(lineOfHeads());
  await posts(benchd);
  await stops(benchd);
}
