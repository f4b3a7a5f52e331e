/**
 * One question and its answer over a serial line, by a driver's `line.request` in a running action of the built gateway,
 * with everything on, and by the Connection alone, in the time it takes with `serialport` and its line parser alone. Each
 * is a process with a pseudo-terminal of its own, whose far ends are one process that answers at once; they ask the same,
 * and take turns.
 */
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { start } from "./contender.ts";
import { judged, median, quantile, ratios, row, spread } from "./figures.ts";
import { type Served, served } from "./served.ts";

const rounds = 9;
const exchanges = 2000;
const driver = fileURLToPath(new URL("./drivers/asked-thermometer.js", import.meta.url));
/** At p50. */
const promised = 1.15;

/** How long each of so many exchanges took, one after the other; µs. */
type Took = readonly number[];

interface Contender extends Disposable {
  ask(): Promise<Took>;
}

async function asker(path: string, how: "raw" | "connection"): Promise<Contender> {
  const one = await start<string>("asker", path, how);
  const ask = async () => {
    const answer = once(one.process, "message") as Promise<[Took]>;
    one.process.send(exchanges);
    return (await answer)[0];
  };
  return { ask, [Symbol.dispose]: () => one[Symbol.dispose]() };
}

/** In a running action. */
async function asked({ url, headers }: Served): Promise<Took> {
  const began = await fetch(`${url}/thermometer/ask?wait=0`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ count: exchanges }),
  });
  const { id } = (await began.json()) as { readonly id: string };
  const ended = await fetch(`${url}/action_invocations/${id}?wait=60`, { headers });
  const { status, output } = (await ended.json()) as { readonly status: string; readonly output: Took };
  if (status !== "completed") throw new Error(`the action ended as ${status}`);
  return output;
}

export async function run(): Promise<void> {
  using device = await start<readonly string[]>("thermometer", "0", "3");
  const [first = "", second = "", third = ""] = device.told;
  using raw = await asker(first, "raw");
  using connection = await asker(second, "connection");
  using gateway = await served({ things: `  thermometer: { driver: ${driver}, serial: ${third} }`, mock: false });
  const contenders = [
    { name: "`line.request` of a driver", ask: () => asked(gateway), took: [] as Took[] },
    { name: "Connection alone", ask: connection.ask, took: [] as Took[] },
    { name: "serialport + parser-readline", ask: raw.ask, took: [] as Took[] },
  ];
  for (const { ask } of contenders) await ask();
  for (let round = 0; round < rounds; round++) for (const { ask, took } of contenders) took.push(await ask());
  const [driven, , bare] = contenders;
  console.log(`${rounds} rounds of ${exchanges} exchanges each, medians of the rounds`);
  console.log(row("an exchange", "p50 µs", "of raw", "min–max", "promised", "p99 µs", "of raw", "min–max"));
  console.log(row("---", "---", "---", "---", "---", "---", "---", "---"));
  for (const one of contenders) {
    const [half, most] = [0.5, 0.99].map((q) => {
      const [ours, theirs] = [one, bare].map((who) => (who?.took ?? []).map((took) => quantile(took, q)));
      return { us: median(ours ?? []), shares: ratios(ours ?? [], theirs ?? []) };
    });
    if (!half || !most) continue;
    const told = ({ us, shares }: typeof half) =>
      one === bare ? [us.toFixed(0), "1", ""] : [us.toFixed(0), median(shares).toFixed(2), spread(shares)];
    const bound = one === driven ? judged(one.name, median(half.shares), { atMost: promised }) : "";
    console.log(row(one.name, ...told(half), bound, ...told(most)));
  }
}
