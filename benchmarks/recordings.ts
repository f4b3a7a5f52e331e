/**
 * What recordings cost. First, what 20 of them at 10 Hz do to the exchanges of a running action on the same wire: 20
 * channels of one device, each with a question of its own, which is more than the wire could carry. Then what they write
 * in a day.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, realClock } from "../src/clock.ts";
import { DiscreteClock } from "../src/discrete-clock.ts";
import { defineThing, lines, sleep, Type } from "../src/driver.ts";
import type { Recordings } from "../src/experiment/recordings/recordings.ts";
import { checkBench } from "../src/gateway/bench.ts";
import { type Catalogue, openCatalogue } from "../src/gateway/catalogue.ts";
import { Gateway } from "../src/gateway/gateway.ts";
import { start } from "./contender.ts";
import { median, ratios, row, spread } from "./figures.ts";

const rounds = 5;
const seconds = 8;
/** What the simulated device takes to answer; ms. */
const answerMs = 5;
const channels = Array.from({ length: 20 }, (_, n) => `channel_${n}`);
const mebi = 2 ** 20;
/** So much of a day is measured. */
const sampleMs = 10 * 60_000;
/** How long Linux keeps what was written before it brings it to the disk. */
const writtenBackMs = 30_000;

/** A Thing with 20 channels, and an action that takes the time of its exchanges. */
const logger = (wired: boolean) =>
  defineThing({
    title: "Logger",
    config: Type.Object({}),
    properties: Object.fromEntries(
      channels.map((name) => [name, { title: name, schema: Type.Number({ unit: "Cel" }), readOnly: true }]),
    ),
    actions: {
      work: {
        title: "Ask again and again, and tell how long each answer took, in ms",
        input: Type.Object({ pauseMs: Type.Number(), seconds: Type.Number() }),
        output: Type.Array(Type.Number()),
      },
    },
    async open({ serial }) {
      const line = wired ? await serial.open({ baudRate: 115_200, codec: lines("\n") }) : undefined;
      let count = 0;
      const read = (n: number) => async () =>
        line ? Number(await line.request(`T${n}?`)) : 20 + (count++ % 1000) / 100;
      return {
        read: Object.fromEntries(channels.map((name, n) => [name, read(n)])),
        invoke: {
          async work({ pauseMs, seconds }) {
            const took: number[] = [];
            const until = performance.now() + seconds * 1000;
            while (performance.now() < until) {
              if (pauseMs > 0) await sleep(pauseMs);
              const from = performance.now();
              await line?.request("SET 1");
              took.push(performance.now() - from);
            }
            return took;
          },
        },
      };
    },
  });

async function open(
  wired: boolean,
  serial: string,
  stateDirectory: string,
  clock: Clock = realClock,
): Promise<Gateway> {
  const ours = openCatalogue();
  const definition = logger(wired);
  const catalogue: Catalogue = { ...ours, definition: async () => definition, twin: async () => undefined };
  const text = `things: { logger: { driver: counter${serial} } }\nstateDirectory: ${stateDirectory}`;
  const config = await checkBench(text, "benchmark.yaml", catalogue);
  return Gateway.open({
    config,
    catalogue,
    clock,
    processClock: clock,
    mock: false,
    log: (_, __, message) => console.log(message),
  });
}

const recordAll = (recordings: Recordings, everyMs: number) =>
  channels.map((property) =>
    recordings.start({ name: property, properties: [{ thing: "logger", property }], everyMs, by: "a benchmark" }),
  );

async function action(gateway: Gateway, pauseMs: number): Promise<readonly number[]> {
  const invocation = gateway.thing("logger").invoke("work", { pauseMs, seconds }, { requestedBy: "a benchmark" });
  await invocation.ended;
  if (invocation.status !== "completed")
    throw new Error(`the action ended as ${invocation.status}: ${invocation.error}`);
  return invocation.output as readonly number[];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function exchanges(): Promise<void> {
  using device = await start<string>("thermometer", String(answerMs));
  const folder = mkdtempSync(join(tmpdir(), "benchd-bench-"));
  const gateway = await open(true, `, serial: ${device.told}`, folder);
  const { recordings } = gateway.experiments;
  console.log(`${rounds} rounds of ${seconds} s each; the device answers after ${answerMs} ms; 20 channels at 10 Hz`);
  console.log(
    row("the action", "an exchange with recordings, of without", "min–max", "with ms", "without ms", "rows a second"),
  );
  console.log(row("---", "---", "---", "---", "---", "---"));
  for (const [name, pauseMs] of [
    ["asks without a pause", 0],
    ["asks every 20 ms", 20],
  ] as const) {
    const alone: number[] = [];
    const recorded: number[] = [];
    let values = 0;
    for (let round = 0; round < rounds; round++) {
      alone.push(mean(await action(gateway, pauseMs)));
      const going = recordAll(recordings, 100);
      recorded.push(mean(await action(gateway, pauseMs)));
      await Promise.all(going.map((one) => one.stop("the round is over")));
      values += going.reduce((sum, one) => sum + one.rows - one.gaps, 0);
    }
    const shares = ratios(recorded, alone);
    const rate = (values / rounds / seconds).toFixed(0);
    console.log(
      row(
        name,
        median(shares).toFixed(2),
        spread(shares),
        ...[recorded, alone].map((all) => median(all).toFixed(2)),
        rate,
      ),
    );
  }
  await gateway.close();
  rmSync(folder, { recursive: true });
}

const io = (what: "wchar" | "write_bytes") =>
  Number(new RegExp(`^${what}: (\\d+)$`, "m").exec(readFileSync("/proc/self/io", "utf8"))?.[1]);

/** In simulated time, which the files are written by as well; what the kernel then brings to the disk every 30 s. */
async function written(everyMs: number) {
  const folder = mkdtempSync(join(tmpdir(), "benchd-bench-"));
  const clock = new DiscreteClock();
  const gateway = await clock.until(open(false, "", folder, clock));
  const { recordings } = gateway.experiments;
  const going = recordAll(recordings, everyMs);
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 5000) {
      await clock.advance(5000);
      // Real files take real time: all that waits is written once this can be read.
      await (await recordings.read(going.at(-1)?.id ?? ""))?.close();
      if (passed % writtenBackMs === 0) execFileSync("sync", ["-f", folder]);
    }
  };
  await pass(60_000);
  const rows = () => going.reduce((sum, one) => sum + one.rows, 0);
  const before = { handed: io("wchar"), card: io("write_bytes"), rows: rows() };
  await pass(sampleMs);
  const inADay = (now: number, then: number) => ((now - then) * 24 * 60 * 60 * 1000) / sampleMs;
  const day = {
    handed: inADay(io("wchar"), before.handed),
    card: inADay(io("write_bytes"), before.card),
    rows: inADay(rows(), before.rows),
  };
  await clock.until(gateway.close());
  rmSync(folder, { recursive: true });
  return day;
}

async function wear(): Promise<void> {
  console.log(`\n20 recordings of one value each; a day by ${sampleMs / 60_000} min of it`);
  console.log(row("a row each", "rows in a day", "written in a day, MiB", "of which pages on the card, MiB"));
  console.log(row("---", "---", "---", "---"));
  for (const everyMs of [100, 1000, 10_000]) {
    const { handed, card, rows } = await written(everyMs);
    const bytes = [handed, card].map((one) => (one / mebi).toFixed(0));
    console.log(row(`${everyMs / 1000} s`, Math.round(rows), ...bytes));
  }
}

export async function run(): Promise<void> {
  await exchanges();
  await wear();
}
