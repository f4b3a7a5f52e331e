/**
 * What the gateway keeps: how much more it holds after 100 000 invocations than at idle, and what an invocation takes that
 * waits in a queue. Its heap is taken after a full collection; its RSS at once, after a collection, and when it has been
 * left alone, as V8 collects by itself within half a minute then.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { judged, row } from "./figures.ts";
import { counters, type Insight, megabytes, servedWithInsight } from "./insight.ts";
import { Client, requestOf } from "./load.ts";

const many = 100_000;
const clients = 16;
const calmMs = 45_000;
const things = 64;
/** Of each Thing, beside the one that runs; before the first is weighed code is compiled and rings are filled. */
const queued = { before: 10, after: 99 };
const maxGrowth = 20;
const maxBytes = 2048;

async function noops({ port, headers }: Insight, count: number): Promise<void> {
  const request = requestOf({ path: "/counter0/noop", headers });
  let left = count;
  const ask = async () => {
    const client = await Client.open(port);
    while (left-- > 0) await client.ask(request);
    client.close();
  };
  await Promise.all(Array.from({ length: clients }, ask));
}

/** With an input of usual size. */
async function queue({ port, headers }: Insight, count: number): Promise<void> {
  const client = await Client.open(port);
  const body = JSON.stringify({ n: 1000, delay: 3600 });
  for (let n = 0; n < count; n++)
    for (let thing = 0; thing < things; thing++)
      await client.ask(
        requestOf({ path: `/counter${thing}/slow_count`, headers: { ...headers, prefer: "wait=0" }, body }),
      );
  client.close();
}

async function afterMany(): Promise<void> {
  using gateway = await servedWithInsight(counters(1));
  await sleep(1000);
  const idle = { now: await gateway.ask("now"), collected: await gateway.ask("collected") };
  await noops(gateway, many);
  const busy = { now: await gateway.ask("now") };
  await sleep(calmMs);
  const calm = await gateway.ask("now");
  const collected = await gateway.ask("collected");
  const tell = (what: string, before: number, after: number, isHeld: boolean) => {
    const more = (after - before) / 2 ** 20;
    const verdict = isHeld ? judged(`${what} after ${many} invocations`, more, { atMost: maxGrowth }) : "";
    console.log(row(what, megabytes(before), megabytes(after), more.toFixed(1), verdict));
  };
  console.log(row("MB", "idle", `after ${many} invocations`, "more", "promised"));
  console.log(row("---", "---", "---", "---", "---"));
  tell("heap and external, collected", idle.collected.heap, collected.heap, true);
  tell("RSS, collected", idle.collected.rss, collected.rss, true);
  tell(`RSS, left alone for ${calmMs / 1000} s`, idle.now.rss, calm.rss, true);
  tell("RSS, in the moment of the last answer", idle.now.rss, busy.now.rss, false);
}

async function waiting(): Promise<void> {
  using gateway = await servedWithInsight(counters(things));
  await noops(gateway, 6000);
  await queue(gateway, 1 + queued.before);
  const before = await gateway.ask("collected");
  await queue(gateway, queued.after - queued.before);
  const after = await gateway.ask("collected");
  const each = (after.heap - before.heap) / ((queued.after - queued.before) * things);
  console.log(row("", "bytes", "promised"));
  console.log(row("---", "---", "---"));
  const verdict = judged("a queued invocation", each, { atMost: maxBytes });
  console.log(row(`a queued invocation, of ${things * queued.after}`, each.toFixed(0), verdict));
}

export async function run(): Promise<void> {
  await waiting();
  console.log("");
  await afterMany();
}
