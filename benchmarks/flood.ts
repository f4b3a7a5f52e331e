/**
 * What a port that is flooded at full speed costs the exchanges on another one, as a ratio of their times without it.
 * Real ports, on pseudo-terminals whose far ends are processes of their own; memory is told beside it.
 */
import { realClock } from "../src/clock.ts";
import { openConnection } from "../src/transport/connection.ts";
import { Line } from "../src/transport/line.ts";
import { lines } from "../src/transport/lines.ts";
import { Recorder } from "../src/transport/recorder.ts";
import { openSerialPort } from "../src/transport/serialport.ts";
import { start } from "./contender.ts";
import { quantile, row } from "./figures.ts";

const exchanges = 2000;
const floodMs = 3000;

async function connect(path: string, name: string) {
  const clock = realClock;
  const line = new Line<string>({ name, clock, open: openSerialPort(path), shared: false });
  const options = { baudRate: 115_200, codec: lines("\n") };
  const recorder = new Recorder(clock);
  return openConnection({ line, name, clock, options, recorder, alarm() {}, lost() {}, log() {} });
}

/** How long exchanges take; ms. */
async function times(connection: Awaited<ReturnType<typeof connect>>): Promise<readonly number[]> {
  const all: number[] = [];
  for (let n = 0; n < exchanges; n++) {
    const from = performance.now();
    await connection.request("A");
    all.push(performance.now() - from);
  }
  return all;
}

const megabytes = () => process.memoryUsage().rss / 2 ** 20;
const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(): Promise<void> {
  using device = await start<string>("thermometer");
  using noise = await start<string>("flood");
  const quiet = await connect(device.told, "quiet");
  await times(quiet);
  const alone = await times(quiet);
  const flooded = await connect(noise.told, "flooded");
  await pass(floodMs / 2);
  const before = megabytes();
  const beside = await times(quiet);
  await pass(floodMs / 2);
  const ratio = (q: number) => (quantile(beside, q) / quantile(alone, q)).toFixed(2);
  const gained = (megabytes() - before).toFixed(0);
  console.log(row("an exchange", "p50", "p99", "the flooded line is found noisy", "memory gained"));
  console.log(row("---", "---", "---", "---", "---"));
  console.log(
    row("beside a flooded port, of alone", ratio(0.5), ratio(0.99), flooded.noisy ? "yes" : "**no**", `${gained} MB`),
  );
  await Promise.all([quiet.close(), flooded.close()]);
}
