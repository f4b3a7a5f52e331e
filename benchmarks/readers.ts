/**
 * What a crowd of readers does to the exchanges of a running action: 50 clients that read a property (`maxAgeMs: 100`) of
 * the same device ten times a second each, over HTTP, against nobody.
 */
import { start } from "./contender.ts";
import { median, quantile, ratios, row, spread } from "./figures.ts";

const rounds = 5;
const seconds = 10;
const clients = 50;
const everyMs = 100;
/** What the simulated device takes to answer; ms. */
const answerMs = 5;

async function watch(url: string): Promise<readonly number[]> {
  const begun = await fetch(`${url}/thermometer/watch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ seconds }),
  });
  const { id } = (await begun.json()) as { readonly id: string };
  const ended = await fetch(`${url}/action_invocations/${id}?wait=${seconds + 5}`);
  const { status, output } = (await ended.json()) as { readonly status: string; readonly output: readonly number[] };
  if (status !== "completed") throw new Error(`the action ended as ${status}`);
  return output;
}

/** Clients that read until they are stopped, and leave out what they are late for; returns how many readings came. */
function crowd(url: string): () => Promise<number> {
  let going = true;
  let count = 0;
  const reader = async (n: number) => {
    const begun = performance.now() + (n * everyMs) / clients;
    for (let tick = 0; going; tick = Math.max(tick + 1, Math.ceil((performance.now() - begun) / everyMs))) {
      await new Promise((resolve) => setTimeout(resolve, begun + tick * everyMs - performance.now()));
      const reply = await fetch(`${url}/thermometer/shared`);
      if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
      await reply.json();
      count++;
    }
  };
  const all = Promise.all(Array.from({ length: clients }, (_, n) => reader(n)));
  return async () => {
    going = false;
    await all;
    return count;
  };
}

export async function run(): Promise<void> {
  using device = await start<string>("thermometer", String(answerMs));
  using gateway = await start<number>("thermometer-gateway", device.told);
  const url = `http://127.0.0.1:${gateway.told}`;
  await watch(url);
  const alone: (readonly number[])[] = [];
  const crowded: (readonly number[])[] = [];
  let readings = 0;
  for (let round = 0; round < rounds; round++) {
    alone.push(await watch(url));
    const stop = crowd(url);
    crowded.push(await watch(url));
    readings += await stop();
  }
  const rate = (readings / (rounds * seconds)).toFixed(0);
  console.log(
    `${rounds} rounds of ${seconds} s each; the device answers after ${answerMs} ms; ${rate} readings a second`,
  );
  console.log(row("quantile", "with readers, of without", "min–max", "with ms", "without ms"));
  console.log(row("---", "---", "---", "---", "---"));
  for (const q of [0.5, 0.9, 0.99]) {
    const [mine, bare] = [crowded, alone].map((all) => all.map((took) => quantile(took, q)));
    const shares = ratios(mine ?? [], bare ?? []);
    const times = [mine, bare].map((values) => median(values ?? []).toFixed(2));
    console.log(row(`p${q * 100}`, median(shares).toFixed(2), spread(shares), ...times));
  }
}
