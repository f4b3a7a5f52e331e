/**
 * What a port that is flooded at full speed costs the exchanges on another one, as a ratio of their times without it.
 * Real ports, on pseudo-terminals whose other ends are processes of their own; memory is told beside it.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { realClock } from "../src/clock.ts";
import { openConnection } from "../src/transport/connection.ts";
import { Line } from "../src/transport/line.ts";
import { lines } from "../src/transport/lines.ts";
import { Recorder } from "../src/transport/recorder.ts";
import { openSerialPort } from "../src/transport/serialport.ts";

const exchanges = 1000;
const floodMs = 3000;
const children: ChildProcess[] = [];

async function device(what: "answer" | "flood"): Promise<string> {
  const file = fileURLToPath(new URL("./contenders/pty-device.js", import.meta.url));
  const child = fork(file, [what], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  children.push(child);
  const [path] = (await once(child, "message")) as [string];
  return path;
}

async function connect(path: string, name: string) {
  const clock = realClock;
  const line = new Line<string>({ name, clock, open: openSerialPort(path), shared: false });
  const options = { baudRate: 115_200, codec: lines("\n") };
  const recorder = new Recorder(clock);
  return openConnection({ line, name, clock, options, recorder, alarm() {}, lost() {}, log() {} });
}

/** Times of exchanges, in order; ms. */
async function times(connection: Awaited<ReturnType<typeof connect>>): Promise<readonly number[]> {
  const all: number[] = [];
  for (let n = 0; n < exchanges; n++) {
    const from = performance.now();
    await connection.request("A");
    all.push(performance.now() - from);
  }
  return all.sort((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
const megabytes = () => process.memoryUsage().rss / 2 ** 20;

try {
  const quiet = await connect(await device("answer"), "quiet");
  await times(quiet);
  const alone = await times(quiet);
  const flooded = await connect(await device("flood"), "flooded");
  await new Promise((resolve) => setTimeout(resolve, floodMs / 2));
  const before = megabytes();
  const beside = await times(quiet);
  await new Promise((resolve) => setTimeout(resolve, floodMs / 2));
  const ratio = (share: number) => (at(beside, share) / at(alone, share)).toFixed(2);
  console.log("| exchanges beside a flooded port | p50 | p99 | the flooded one is noisy | memory gained |");
  console.log("| --- | --- | --- | --- | --- |");
  console.log(
    `| of those alone | ${ratio(0.5)} | ${ratio(0.99)} | ${flooded.noisy} | ${(megabytes() - before).toFixed(0)} MB |`,
  );
  await Promise.all([quiet.close(), flooded.close()]);
} finally {
  for (const child of children) child.disconnect();
}
