/**
 * Ten minutes at half of the rate that 16 connections reach, paced: whether the heap grows, and how late the event loop
 * becomes, against idle. Then 24 virtual hours of the soak, in a process of its own: whether its heap grows.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { slope } from "../soak/heap.ts";
import { judged, row } from "./figures.ts";
import { counters, type Insight, megabytes, servedWithInsight } from "./insight.ts";
import { Client, load, requestOf } from "./load.ts";

const clients = 16;
/** Shorter by ENDURANCE_MINUTES, to try it. */
const minutes = Number(process.env["ENDURANCE_MINUTES"] ?? 10);
const virtualHours = 24;
const sampleMs = 5000;
const idleMs = 20_000;
/** Left out of the slope: code is compiled, rings are filled. */
const warmUpShare = 0.2;
const maxTimesIdle = 20;
/** Timers are no more exact than this; ms. */
const leastLateMs = 1;
const soak = fileURLToPath(new URL("../soak/main.js", import.meta.url));

/** Each client asks at its own moments, and once only after it was late. */
async function pace({ port, headers }: Insight, perSecond: number, until: number): Promise<number> {
  const request = requestOf({ path: "/counter0/noop", headers });
  const everyMs = (1000 * clients) / perSecond;
  let asked = 0;
  const ask = async (n: number) => {
    const client = await Client.open(port);
    for (let next = performance.now() + (n * everyMs) / clients; performance.now() < until; asked++) {
      const ms = next - performance.now();
      if (ms > 0) await sleep(ms);
      next = Math.max(next + everyMs, performance.now());
      await client.ask(request);
    }
    client.close();
  };
  await Promise.all(Array.from({ length: clients }, (_, n) => ask(n)));
  return asked;
}

async function real(): Promise<void> {
  using gateway = await servedWithInsight(counters(1));
  const request = requestOf({ path: "/counter0/noop", headers: gateway.headers });
  const most = await load({
    port: gateway.port,
    pid: gateway.pid,
    connections: clients,
    ms: 3000,
    request: () => request,
  });
  await sleep(2000);
  await gateway.ask("late");
  await sleep(idleMs);
  const idle = Math.max(leastLateMs, (await gateway.ask("late")).lateMs);
  const begun = performance.now();
  const until = begun + minutes * 60_000;
  const points: { readonly hour: number; readonly value: number }[] = [];
  const late: number[] = [];
  const pacing = pace(gateway, most.perSecond / 2, until);
  while (performance.now() + sampleMs < until) {
    await sleep(sampleMs);
    // The collection that follows is not the gateway's, and what it delays is not counted.
    late.push((await gateway.ask("late")).lateMs);
    const { heap } = await gateway.ask("collected");
    await gateway.ask("late");
    if (performance.now() > begun + warmUpShare * (until - begun))
      points.push({ hour: (performance.now() - begun) / 3_600_000, value: heap });
  }
  const asked = await pacing;
  const { perHour, error } = slope(points);
  const worst = Math.max(...late);
  const p99 = late.toSorted((a, b) => a - b)[Math.floor(late.length / 2)] ?? Number.NaN;
  const rate = `${(asked / minutes / 60).toFixed(0)} invocations a second, of ${most.perSecond.toFixed(0)}`;
  console.log(`${minutes} minutes, ${rate}; heap and external, collected every ${sampleMs / 1000} s\n`);
  console.log(row("", "", "promised"));
  console.log(row("---", "---", "---"));
  const growth = `${megabytes(perHour)} ± ${megabytes(error)} MB an hour`;
  // Within three times its standard error it is as good as none.
  const times = perHour / (3 * error);
  console.log(
    row(
      "the heap grows by (promised: of 3 standard errors)",
      growth,
      judged("the slope of the heap, in 3 standard errors", times, { atMost: 1 }),
    ),
  );
  const lateness = `${p99.toFixed(1)} ms (at most ${worst.toFixed(1)}), idle ${idle.toFixed(1)}`;
  const verdict = judged("the lateness of the event loop, of that at idle", p99 / idle, { atMost: maxTimesIdle });
  console.log(row("the event loop is late by, p99 of 5 s (promised: times that at idle)", lateness, verdict));
}

async function virtual(): Promise<void> {
  const args = ["--expose-gc", soak, "--hours", String(virtualHours), "--seed", "1"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const [status] = (await once(child, "close")) as [number | null];
  const [told = "it has not ended"] = /^in the later half of it .*$/m.exec(text) ?? text.split("\n").slice(-20);
  const kept = judged("the soak's status", status ?? 2, { atMost: 0 });
  console.log(row(`${virtualHours} virtual hours of the soak (promised: it ends with)`, told, kept));
}

export async function run(): Promise<void> {
  await real();
  await virtual();
}
