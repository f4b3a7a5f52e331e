/**
 * Invocations to completion per second: `counter/noop` of the built gateway, with everything on, as a share of a bare
 * Fastify route that reads the same request and answers with as many bytes; and as a multiple of the actions of others
 * that do nothing either. A plain one of node-wot takes and answers nothing, and leaves no record. One of webthing leaves
 * a record in memory; its promise is held against one that looks at its input, as benchd does. Loopback, in turns.
 */
import { freePort } from "../test/free-port.ts";
import type { Contender } from "./contender.ts";
import { judged, median, ratios, row, spread } from "./figures.ts";
import { Client, completion, load, requestOf, warmUp } from "./load.ts";
import { startPeer } from "./peer.ts";
import { served } from "./served.ts";

const rounds = 5;
const ms = 1000;
const path = "/counter/noop";

/** Who does nothing, by name. */
interface Doer {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly request: string;
  readonly told?: string;
  /** What benchd's rate has to be, of theirs, with so many connections. */
  readonly promised: Readonly<Record<number, number>>;
}

const pidOf = ({ process: { pid = 0 } }: Contender<unknown>) => pid;

/** Asked once: its answer must tell of a completed invocation, anything else would be a race to do nothing. */
async function completed(port: number, request: string): Promise<string> {
  const client = await Client.open(port);
  const body = await client.ask(request);
  client.close();
  if (JSON.parse(body).status !== "completed") throw new Error(`not completed: ${body}`);
  return body;
}

export async function run(): Promise<void> {
  using benchd = await served();
  const { port, pid, headers } = benchd;
  const request = requestOf({ path, headers });
  const size = (await completed(port, request)).length;
  using fastify = await startPeer<number>("fastify", String(size));
  using nodeWot = await startPeer<number>("node-wot", String(await freePort()));
  using webthing = await startPeer<number>("webthing", String(await freePort()));
  const wot = { port: nodeWot.told, pid: pidOf(nodeWot) };
  const web = { port: webthing.told, pid: pidOf(webthing) };
  const ofWot = (action: string) => requestOf({ path: `/counter/actions/${action}`, headers });
  const ofWeb = (action: string, asked: object) =>
    requestOf({ path: `/actions/${action}`, headers, body: JSON.stringify({ [action]: asked }) });
  const others: readonly Doer[] = [
    { name: "bare Fastify", port: fastify.told, pid: pidOf(fastify), request, promised: { 1: 0.6, 16: 0.5 } },
    { name: "node-wot, plain", ...wot, request: ofWot("noop"), promised: { 16: 1.2 } },
    { name: "node-wot, input validated", ...wot, request: ofWot("checked"), promised: {} },
    { name: "webthing, plain", ...web, request: ofWeb("noop", {}), promised: {} },
    { name: "webthing, input validated", ...web, request: ofWeb("checked", { input: {} }), promised: { 1: 8, 16: 8 } },
  ];
  const all: readonly Doer[] = [{ name: "benchd", port, pid, request, told: completion, promised: {} }, ...others];
  for (const doer of all) await warmUp({ ...doer, request: () => doer.request });
  console.log(`${rounds} rounds of ${ms / 1000} s each, medians; a reply of benchd has ${size} bytes`);
  console.log(
    row("connections", "benchd, of", "ratio", "min–max", "promised", "benchd /s", "theirs /s", "CPU µs, ours / theirs"),
  );
  console.log(row(...Array.from({ length: 8 }, () => "---")));
  for (const connections of [1, 16]) {
    const rates = all.map((): number[] => []);
    const costs = all.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [n, doer] of all.entries()) {
        const { perSecond, cpuEach } = await load({ ...doer, connections, ms, request: () => doer.request });
        rates[n]?.push(perSecond);
        costs[n]?.push(cpuEach);
      }
    }
    const [ours = []] = rates;
    const [cost = []] = costs;
    for (const [n, { name, promised }] of others.entries()) {
      const theirs = rates[n + 1] ?? [];
      const shares = ratios(ours, theirs);
      const atLeast = promised[connections];
      const share = median(shares);
      const what = `${connections} connections, of ${name}`;
      const verdict = atLeast === undefined ? "" : judged(what, share, { atLeast });
      const told = [ours, theirs].map((values) => median(values).toFixed(0));
      const cpu = [cost, costs[n + 1] ?? []].map((values) => median(values).toFixed(0)).join(" / ");
      console.log(row(connections, name, share.toFixed(2), spread(shares), verdict, ...told, cpu));
    }
  }
}
