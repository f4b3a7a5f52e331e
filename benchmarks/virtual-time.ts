/**
 * How many seconds of simulated time pass in a real one, on the whole demonstration bench with its history: while nothing
 * is asked of it, and while its dispenser doses, one gram after the other. Once as fast as it goes (tests, dry runs, the
 * soak), once as with `--time-scale 10000`, whose pace it can keep, and not pass.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "./contender.ts";
import { judged, median, row } from "./figures.ts";

/** Asks for time to pass: at least so much, as a dose is not left half done. */
export interface ToPass {
  readonly what: "idle" | "dosing";
  readonly seconds: number;
}

export interface Passed {
  readonly benchMs: number;
  readonly realMs: number;
  readonly cpuMs: number;
}

const rounds = 7;
const scale = 10_000;
const seconds = { idle: 30_000, dosing: 1500 };
const promised = { idle: 10_000, dosing: 1000 };
/** Of a pace; the rest is how exactly a timer of the system wakes. */
const kept = 0.99;

const whole = (value: number) => Math.round(value).toLocaleString("en").replaceAll(",", " ");

async function measured(name: string, clock: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "benchd-virtual-"));
  try {
    using bench = await start<string>("simulated-bench", folder, ...clock);
    const pass = async (asked: ToPass) => {
      const answer = once(bench.process, "message") as Promise<[Passed]>;
      bench.process.send(asked);
      return (await answer)[0];
    };
    for (const what of ["idle", "dosing"] as const) {
      await pass({ what, seconds: seconds[what] });
      const all: Passed[] = [];
      for (let round = 0; round < rounds; round++) all.push(await pass({ what, seconds: seconds[what] }));
      const rates = all.map(({ benchMs, realMs }) => benchMs / realMs);
      const cpu = median(all.map(({ benchMs, cpuMs }) => (cpuMs / benchMs) * 1000));
      const atLeast = clock.length > 0 && promised[what] >= scale ? kept * scale : promised[what];
      const spread = `${whole(Math.min(...rates))}–${whole(Math.max(...rates))}`;
      const verdict = judged(`virtual time, ${name}, ${what}`, median(rates), { atLeast });
      console.log(row(name, what, whole(median(rates)), spread, cpu.toFixed(2), verdict));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function run(): Promise<void> {
  console.log(`${rounds} rounds, medians`);
  console.log(row("", "the bench is", "simulated s in a real one", "min–max", "CPU ms of each s", "promised"));
  console.log(row("---", "---", "---", "---", "---", "---"));
  await measured("from timer to timer", []);
  await measured(`\`--time-scale ${scale}\``, [String(scale)]);
}
