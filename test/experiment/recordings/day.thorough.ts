import { createReadStream } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { DisconnectedError } from "../../../src/errors.ts";
import { openBench } from "../../../src/testing/open-bench.ts";
import { defineThing } from "../../../src/thing/define.ts";
import { Type } from "../../../src/typebox.ts";
import { temporaryFolder } from "../../journal/fixture.ts";
import { memoryInUse } from "../../memory.ts";

const hours = 24;
const hourMs = 60 * 60 * 1000;
const everyMs = 100;
const names = ["a", "b", "c", "d"] as const;

/** One is away for the second hour, and all of them for the third minute. */
const away = (name: string, ms: number) =>
  (ms >= 120_000 && ms < 180_000) || (name === "a" && ms >= hourMs && ms < 2 * hourMs);

/** Four values, which change each time. */
const weather = (now: () => number) => {
  const schema = Type.Number({ unit: "Cel" });
  const property = (title: string) => ({ title, schema, readOnly: true as const });
  const read = (name: string) => () => {
    const ms = now();
    if (away(name, ms)) throw new DisconnectedError("the cable is out");
    return 20 + ((ms / everyMs) % 1000) / 100;
  };
  return defineThing({
    title: "Weather",
    config: Type.Object({}),
    properties: { a: property("A"), b: property("B"), c: property("C"), d: property("D") },
    open: async () => ({ read: { a: read("a"), b: read("b"), c: read("c"), d: read("d") } }),
  });
};

const weight = async () => {
  const { objects, buffers } = await memoryInUse();
  return objects + buffers;
};

/** What stands in a file: rows, rows with a gap, and steps in time that no gap explains. */
async function inspect(file: string) {
  let [rows, gaps, unmarked] = [0, 0, 0];
  let last = Number.NaN;
  let wasGap = false;
  let rest = "";
  for await (const piece of createReadStream(file, { encoding: "latin1", highWaterMark: 1 << 20 })) {
    const text: string = rest + piece;
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; from = end + 1, end = text.indexOf("\n", from)) {
      if (text[from] === "#" || text[from] === "t") continue;
      const comma = text.indexOf(",", from);
      const elapsed = Number(text.slice(comma + 1, text.indexOf(",", comma + 1)));
      if (elapsed - last > 0.15 && !wasGap) unmarked++;
      last = elapsed;
      wasGap = text[end - 1] !== ",";
      rows++;
      if (wasGap) gaps++;
    }
    rest = text.slice(from);
  }
  return { rows, gaps, unmarked, rest };
}

test("20 recordings at 10 Hz for 24 hours have no gap that is not marked, and take no more memory than at first", async () => {
  const stateDirectory = temporaryFolder();
  const clock = new DiscreteClock();
  const bench = await openBench({ weather: { definition: weather(() => clock.now()) } }, { clock, stateDirectory });
  onTestFinished(() => bench.close());
  const { recordings } = bench.gateway.experiments;
  const begun = clock.now();
  const all = Array.from({ length: 20 }, (_, n) => {
    const property = names[n % names.length] ?? "a";
    return recordings.start({ name: property, properties: [{ thing: "weather", property }], everyMs, by: "ada" });
  });
  const memory: number[] = [];
  for (let minute = 0; minute < hours * 60; minute++) {
    await clock.advance(60_000);
    // A day passes in a minute: the disk, which does not, has to keep up. All files take turns.
    if (minute % 5 === 0) await (await recordings.read(all.at(-1)?.id ?? ""))?.close();
    if (minute % 120 === 60) memory.push(await weight());
  }
  await Promise.all(all.map((one) => one.stop("the day is over")));
  const [first = 0] = memory;
  expect(Math.max(...memory)).toBeLessThan(first + 10 * 2 ** 20);
  const samples = (hours * hourMs) / everyMs + 1;
  for (const { id, about } of all) {
    const found = await inspect(join(stateDirectory, "recordings", `${id}.csv`));
    const isAway = (ms: number) => away(about.name, begun + ms);
    const missing = Array.from({ length: samples }, (_, n) => n * everyMs).filter(isAway).length;
    // A gap is told when it begins, and once a minute.
    const gaps = 1 + (about.name === "a" ? 60 : 0);
    expect(found).toEqual({ rows: samples - missing + gaps, gaps, unmarked: 0, rest: "" });
  }
}, 300_000);
