/**
 * Requests under a key of their own, each of which is on the disk before its action begins: invocations to completion per
 * second as a share of what the disk's own group commit allows. That is a bare Fastify route that writes a record as large
 * as the reply to a file in the same folder, and answers after one `fdatasync` for all that wait. Beside it one that does
 * the same by SQLite, into one table, with the key in an index. Loopback, in turns.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judged, median, micros, quantile, ratios, row, spread } from "./figures.ts";
import { type Answers, Client, completion, load, requestOf, warmUp } from "./load.ts";
import { startPeer } from "./peer.ts";
import { served } from "./served.ts";

const rounds = 5;
const ms = 1000;
const atLeast = 0.75;

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "benchd-keys-"));
  using benchd = await served({ folder: join(folder, "benchd") });
  const { port, pid, headers } = benchd;
  const [head = "", body = ""] = requestOf({ path: "/counter/noop", headers }).split("\r\n\r\n");
  const request = () => `${head}\r\nidempotency-key: "${randomUUID()}"\r\n\r\n${body}`;
  const client = await Client.open(port);
  const size = String((await client.ask(request())).length);
  client.close();
  using plain = await startPeer<number>("group-commit", "file", join(folder, "records"), size);
  using sqlite = await startPeer<number>("group-commit", "sqlite", join(folder, "records.db"), size);
  const doers = [
    { name: "benchd", port, pid, told: completion },
    { name: "a file", port: plain.told, pid: plain.process.pid ?? 0 },
    { name: "SQLite", port: sqlite.told, pid: sqlite.process.pid ?? 0 },
  ];
  const all = (connections: number) => inTurns(doers.map((doer) => ({ ...doer, connections, ms, request })));
  for (const doer of doers) await warmUp({ ...doer, request });
  console.log(`${rounds} rounds of ${ms / 1000} s each, medians`);
  const heads = ["connections", "benchd, of group commits to", "ratio", "min–max", "promised"];
  console.log(row(...heads, "benchd /s", "theirs /s", "p50 µs, ours / theirs", "CPU µs"));
  console.log(row(...Array.from({ length: 9 }, () => "---")));
  for (const connections of [1, 16, 64]) {
    const taken: (readonly Answers[])[] = [];
    while (taken.length < rounds) taken.push(await all(connections));
    const of = (n: number, figure: (answers: Answers) => number) =>
      taken.map((round) => (round[n] ? figure(round[n]) : Number.NaN));
    const rate = (n: number) => of(n, ({ perSecond }) => perSecond);
    for (const [n, { name }] of doers.entries()) {
      if (n === 0) continue;
      const shares = ratios(rate(0), rate(n));
      const what = `${connections} connections under keys, of the disk's group commit`;
      const verdict = n === 1 && connections > 1 ? judged(what, median(shares), { atLeast }) : "";
      const rates = [0, n].map((which) => median(rate(which)).toFixed(0));
      const p50 = [0, n].map((which) => micros(median(of(which, ({ took }) => quantile(took, 0.5))))).join(" / ");
      const cpu = [0, n].map((which) => median(of(which, ({ cpuEach }) => cpuEach)).toFixed(0)).join(" / ");
      console.log(row(connections, name, median(shares).toFixed(2), spread(shares), verdict, ...rates, p50, cpu));
    }
  }
  rmSync(folder, { recursive: true });
}

/** One after the other. */
async function inTurns(loads: readonly Parameters<typeof load>[0][]): Promise<readonly Answers[]> {
  const all: Answers[] = [];
  for (const one of loads) all.push(await load(one));
  return all;
}
