/**
 * From an edge at a GPIO line to the event that tells of it, against a bare HTTP server that writes a line of Server-Sent
 * Events in the very callback of the chip. On both sides from the edge that is set at a simulated chip to the bytes that
 * arrive at each of as many clients on the loopback, by the clock that all processes share. benchd is the built gateway
 * with everything on: the edge passes its filter and a driver, which tells an event, and that is kept, numbered and sent.
 */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { start } from "./contender.ts";
import { nowUs } from "./drivers/edges.ts";
import { judged, median, quantile, ratios, row, spread } from "./figures.ts";
import { served } from "./served.ts";

/** So many edges, one after the other. */
export interface Wanted {
  readonly count: number;
  readonly everyMs: number;
}

const rounds = 9;
const wanted: Wanted = { count: 200, everyMs: 5 };
const crowds = [1, 16];
/** At p99. */
const promised = 3;
/** The last ones may be on their way. */
const restMs = 200;

const file = (name: string) => fileURLToPath(new URL(`./drivers/${name}.js`, import.meta.url));
const things = `  input: { driver: ${file("edge-input")}, twin: ${file("edge-twin")}, gpio: { input: 17 } }`;

interface Side {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Have edges made; resolves with when each was set; µs. */
  swing(): Promise<readonly number[]>;
}

/** Listens until it is left; when the message of each edge came, in µs. */
async function listen({ url, headers }: Side): Promise<{ readonly came: readonly number[]; leave(): void }> {
  const request = get(url, { headers, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${url} is answered with ${response.statusCode}`);
  const came: number[] = [];
  response.on("data", (bytes: Buffer) => {
    const at = nowUs();
    for (const _ of bytes.toString("latin1").matchAll(/^data: /gm)) came.push(at);
  });
  // That it has ended is what we wanted.
  response.on("error", () => {});
  return { came, leave: () => request.destroy() };
}

/** How long each edge took to each of so many clients; µs. */
async function timed(side: Side, clients: number): Promise<readonly number[]> {
  const all = await Promise.all(Array.from({ length: clients }, () => listen(side)));
  await sleep(restMs);
  const set = await side.swing();
  await sleep(restMs);
  for (const { leave } of all) leave();
  return all.flatMap(({ came }) => {
    if (came.length !== set.length) throw new Error(`${came.length} of ${set.length} edges were told`);
    return came.map((at, n) => at - (set[n] ?? Number.NaN));
  });
}

export async function run(): Promise<void> {
  using gateway = await served({ things });
  using bare = await start<number>("bare-edges");
  const { url, headers } = gateway;
  const ours: Side = {
    url: `${url}/events?thing=input&kind=event`,
    headers,
    async swing() {
      const json = { ...headers, "content-type": "application/json" };
      const asked = { method: "POST", headers: json, body: JSON.stringify(wanted) };
      const begun = (await (await fetch(`${url}/input/swing?wait=0`, asked)).json()) as { readonly id: string };
      const ended = await fetch(`${url}/action_invocations/${begun.id}?wait=60`, { headers });
      return ((await ended.json()) as { readonly output: readonly number[] }).output;
    },
  };
  const theirs: Side = {
    ...{ url: `http://127.0.0.1:${bare.told}/`, headers: {} },
    async swing() {
      const answer = once(bare.process, "message") as Promise<[readonly number[]]>;
      bare.process.send(wanted);
      return (await answer)[0];
    },
  };
  console.log(`${rounds} rounds of ${wanted.count} edges each, one every ${wanted.everyMs} ms; medians of the rounds`);
  console.log(row("an edge, to", "quantile", "benchd µs", "bare µs", "ratio", "min–max", "promised"));
  console.log(row("---", "---", "---", "---", "---", "---", "---"));
  for (const clients of crowds) {
    const took = { ours: [] as (readonly number[])[], theirs: [] as (readonly number[])[] };
    for (const side of [ours, theirs]) await timed(side, clients);
    for (let round = 0; round < rounds; round++) {
      took.ours.push(await timed(ours, clients));
      took.theirs.push(await timed(theirs, clients));
    }
    const crowd = `${clients} client${clients === 1 ? "" : "s"}`;
    for (const q of [0.5, 0.99]) {
      const [mine, bares] = [took.ours, took.theirs].map((all) => all.map((each) => quantile(each, q)));
      const shares = ratios(mine ?? [], bares ?? []);
      const verdict = q > 0.5 ? judged(`an edge, ${crowd}, p99`, median(shares), { atMost: promised }) : "";
      const times = [mine, bares].map((values) => median(values ?? []).toFixed(0));
      console.log(row(crowd, `p${q * 100}`, ...times, median(shares).toFixed(2), spread(shares), verdict));
    }
  }
}
