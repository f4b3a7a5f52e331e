/** Asks a serial port again and again, with `serialport` and its line parser or by a Connection; tells what each answer took. */
import { ReadlineParser, SerialPort } from "serialport";
import { realClock } from "../../src/clock.ts";
import { openConnection } from "../../src/transport/connection.ts";
import { Line } from "../../src/transport/line.ts";
import { lines } from "../../src/transport/lines.ts";
import { Recorder } from "../../src/transport/recorder.ts";
import { openSerialPort } from "../../src/transport/serialport.ts";

const [path = "", how] = process.argv.slice(2);
const baudRate = 115_200;
const question = "T?";

/** Nothing else is done with an answer than to go on. */
async function raw(): Promise<() => Promise<unknown>> {
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  let answered = (_: string) => {};
  port.pipe(new ReadlineParser({ delimiter: "\n", encoding: "latin1" })).on("data", (line) => answered(line));
  return () =>
    new Promise<string>((resolve) => {
      answered = resolve;
      port.write(`${question}\n`);
    });
}

async function connection(): Promise<() => Promise<unknown>> {
  const clock = realClock;
  const nothing = () => {};
  const line = new Line<string>({ name: "thermometer", clock, open: openSerialPort(path), shared: false });
  const one = await openConnection({
    ...{ line, clock, name: "thermometer", options: { baudRate, codec: lines("\n") } },
    ...{ recorder: new Recorder(clock), alarm: nothing, lost: nothing, log: nothing },
  });
  return () => one.request(question);
}

const ask = await (how === "raw" ? raw() : connection());
process.on("message", async (count: number) => {
  const took: number[] = [];
  while (took.length < count) {
    const from = performance.now();
    await ask();
    took.push(Math.round((performance.now() - from) * 1000));
  }
  process.send?.(took);
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
