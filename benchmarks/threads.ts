/** The threads of the gateway while 64 slow actions run on 64 Things, against those at idle. */
import { setTimeout as sleep } from "node:timers/promises";
import { judged, row } from "./figures.ts";
import { counters, servedWithInsight } from "./insight.ts";
import { Client, requestOf } from "./load.ts";

const things = 64;

export async function run(): Promise<void> {
  using gateway = await servedWithInsight(counters(things));
  const { port, headers } = gateway;
  const client = await Client.open(port);
  // What is started when it is first needed has been needed.
  for (let n = 0; n < 100; n++) await client.ask(requestOf({ path: `/counter${n % things}/noop`, headers }));
  await sleep(1000);
  const idle = gateway.threads();
  const body = JSON.stringify({ n: 1000, delay: 0.1 });
  for (let n = 0; n < things; n++)
    await client.ask(requestOf({ path: `/counter${n}/slow_count`, headers: { ...headers, prefer: "wait=0" }, body }));
  const seen: number[] = [];
  for (let n = 0; n < 30; n++) {
    await sleep(100);
    seen.push(gateway.threads());
  }
  const path = "/action_invocations?status=running";
  const running = JSON.parse(await client.ask(requestOf({ method: "GET", path, headers }))) as { length: number };
  if (running.length !== things) throw new Error(`${running.length} are running`);
  client.close();
  const most = Math.max(...seen);
  console.log(row("", "threads", "promised"));
  console.log(row("---", "---", "---"));
  console.log(row("idle", idle, ""));
  console.log(row(`${things} slow actions, at most`, most, judged("threads", most / idle, { atMost: 1 })));
}
