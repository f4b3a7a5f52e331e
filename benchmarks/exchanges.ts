/**
 * One question and its answer through Thing and Connection, in the time it takes with `serialport` and its line parser
 * alone. Both talk to the same pseudo-terminal, whose far end answers at once in a process of its own, and take turns.
 */
import { once } from "node:events";
import { ReadlineParser } from "@serialport/parser-readline";
import { SerialPort } from "serialport";
import { start } from "./contender.ts";
import { median, micros, quantile, ratios, row, spread } from "./figures.ts";
import { openThermometer } from "./thermometer.ts";

const rounds = 7;
const exchanges = 3000;

/** How long each of so many questions took, one after the other; ms. */
async function timed(ask: () => Promise<unknown>): Promise<readonly number[]> {
  const took: number[] = [];
  for (let n = 0; n < exchanges; n++) {
    const from = performance.now();
    await ask();
    took.push(performance.now() - from);
  }
  return took;
}

async function raw(path: string): Promise<readonly number[]> {
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  const lines = port.pipe(new ReadlineParser({ delimiter: "\n", encoding: "latin1" }));
  const ask = async () => {
    const answer = once(lines, "data");
    port.write("T?\n");
    const [line] = await answer;
    return Number(line);
  };
  const took = await timed(ask);
  await new Promise((resolve) => port.close(resolve));
  return took;
}

async function throughThing(path: string): Promise<readonly number[]> {
  const { gateway } = await openThermometer(path);
  const thing = gateway.thing("thermometer");
  const took = await timed(() => thing.read("temperature"));
  await gateway.close();
  return took;
}

export async function run(): Promise<void> {
  using device = await start<string>("thermometer");
  const path = device.told;
  await raw(path);
  await throughThing(path);
  const ours: (readonly number[])[] = [];
  const theirs: (readonly number[])[] = [];
  for (let round = 0; round < rounds; round++) {
    theirs.push(await raw(path));
    ours.push(await throughThing(path));
  }
  console.log(`${rounds} rounds of ${exchanges} exchanges each on one pseudo-terminal, medians`);
  console.log(row("quantile", "Thing and Connection, of raw serialport", "min–max", "benchd µs", "serialport µs"));
  console.log(row("---", "---", "---", "---", "---"));
  for (const q of [0.5, 0.99]) {
    const [mine, bare] = [ours, theirs].map((all) => all.map((took) => quantile(took, q)));
    const shares = ratios(mine ?? [], bare ?? []);
    const times = [mine, bare].map((values) => micros(median(values ?? [])));
    console.log(row(`p${q * 100}`, median(shares).toFixed(2), spread(shares), ...times));
  }
}
