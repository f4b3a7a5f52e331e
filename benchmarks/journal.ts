/**
 * What the history writes in a day of a busy bench: bytes handed to the file system, by the kernel's count. The SD card
 * gets fewer, as the kernel writes a page once that has been written to several times.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiscreteClock } from "../src/discrete-clock.ts";
import { Invocation } from "../src/invocation/invocation.ts";
import { SqliteJournal } from "../src/journal/sqlite-journal.ts";
import { row } from "./figures.ts";

const day = 24 * 60 * 60;
const mebi = 2 ** 20;

/** Per day, in seconds between two of them. */
const loads = [
  { name: "idle: nothing is asked for", quickEvery: 0, doseEvery: 0 },
  { name: "a quick action every 10 s", quickEvery: 10, doseEvery: 0 },
  { name: "a dose of 60 s every 5 min, told 4 times a second", quickEvery: 0, doseEvery: 300 },
  { name: "both", quickEvery: 10, doseEvery: 300 },
];

const written = () => Number(/^wchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);

async function aDay(quickEvery: number, doseEvery: number) {
  const folder = mkdtempSync(join(tmpdir(), "benchd-bench-"));
  const file = join(folder, "history.db");
  const clock = new DiscreteClock();
  const journal = new SqliteJournal({ file, clock, log: (_, message) => console.log(message) });
  const begin = (action: string) => {
    const seq = journal.nextSeq();
    const changed: SqliteJournal["changed"] = (one, part) => journal.changed(one, part);
    const request = { thing: "pump", action, input: { mL: 5 }, requestedBy: "192.168.1.20", retentionMs: 300_000 };
    const invocation = new Invocation({ ...request, seq, clock, changed });
    journal.requested(invocation);
    invocation.start();
    journal.started(invocation);
    return invocation;
  };
  const end = async (invocation: Invocation) => {
    invocation.end({ status: "completed", output: { mL: 5 } });
    journal.ended(invocation);
    await journal.acknowledged(invocation);
  };
  const before = written();
  const all: { readonly invocation: Invocation; readonly until: number }[] = [];
  for (let second = 1; second <= day; second++) {
    if (quickEvery > 0 && second % quickEvery === 0) await end(begin("quick"));
    if (doseEvery > 0 && second % doseEvery === 0) all.push({ invocation: begin("dose"), until: second + 60 });
    for (const { invocation, until } of all) {
      for (let told = 0; told < 4; told++) {
        invocation.deliver(all, "pump", { unit: "mL", requested: 5, confirmed: 5 * (1 - (until - second) / 60) });
        invocation.report({ done: second, of: until });
      }
    }
    if (all[0]?.until === second) for (const { invocation } of all.splice(0, 1)) await end(invocation);
    if (all.length > 0 || clock.nextDue() !== undefined) await clock.advance(1000);
  }
  const bytes = written() - before;
  await journal.close();
  const size = statSync(file).size;
  rmSync(folder, { recursive: true });
  return { bytes, size };
}

export async function run(): Promise<void> {
  console.log(row("load", "written in a day, MiB", "the file grows by, MiB"));
  console.log(row("---", "---", "---"));
  for (const { name, quickEvery, doseEvery } of loads) {
    const { bytes, size } = await aDay(quickEvery, doseEvery);
    console.log(row(name, (bytes / mebi).toFixed(1), (size / mebi).toFixed(1)));
  }
}
