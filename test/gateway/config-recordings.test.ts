import { expect, test } from "vitest";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";

const catalogue = openCatalogue();
const check = (yaml: string) =>
  checkBench(`things:\n  counter: { driver: counter }\n${yaml}`, "bench.yaml", catalogue, { mock: true });

test("what is to be recorded is read, and the bounds of all that is kept", async () => {
  const { recordings, keepRecordings } = await check(`recordings:
  all_day: { properties: [counter.counter], every: 10 s, from: start }
  high: { properties: [counter.counter], onChange: true, when: counter.counter > 5 for 30 s, for: 8 h }
keepRecordings: { days: 30, megabytes: 100, maxMegabytes: 10 }
`);
  const properties = [{ thing: "counter", property: "counter" }];
  expect(recordings).toEqual([
    { name: "all_day", properties, everyMs: 10_000, forMs: undefined, when: undefined },
    {
      ...{ name: "high", properties, everyMs: undefined, forMs: 28_800_000 },
      when: { thing: "counter", property: "counter", comparison: ">", value: 5, forMs: 30_000 },
    },
  ]);
  expect(keepRecordings).toEqual({ days: 30, bytes: 100 * 2 ** 20, maxBytes: 10 * 2 ** 20 });
});

test.each([
  ["{ properties: [counter.counter], every: 1 s }", "4:8: it needs one of from:, when:"],
  ["{ properties: [counter.counter], from: start }", "4:8: it needs one of every:, onChange:"],
  ["{ properties: [counter.counter], every: 1 ms, from: start }", '"every" has to be 10 ms to 1 d, not 1 ms'],
  [
    "{ properties: [counter.countr], every: 1 s, from: start }",
    'counter has no property "countr"; did you mean "counter"?',
  ],
  ["{ properties: [conter.counter], every: 1 s, from: start }", 'there is no Thing "conter"; did you mean "counter"?'],
  ["{ properties: [], every: 1 s, from: start }", '"properties"'],
  ["{ properties: [counter.counter, counter.counter], every: 1 s, from: start }", '"properties"'],
  ["{ properties: [counter.counter], every: 1 s, from: now }", '"from"'],
  ["{ properties: [counter.counter], every: 1 s, when: counter.high > 1 }", 'counter has no property "high"'],
  ["{ properties: [counter.counter], every: 1 s, when: often }", "often"],
  ["{ properties: [counter.counter], onChange: false, from: start }", '"onChange"'],
])("%s is told as a mistake", async (entry, message) => {
  await expect(check(`recordings:\n  one: ${entry}\n`)).rejects.toThrow(message);
});

test.each([
  ["{ megabytes: 10, maxMegabytes: 20 }", "one recording may not be larger than all of them together"],
  ["{ maxMegabytes: 0.1 }", '"maxMegabytes"'],
  ["{ day: 3 }", 'there is no setting "day"; did you mean "days"?'],
])("keepRecordings: %s is told as a mistake", async (entry, message) => {
  await expect(check(`keepRecordings: ${entry}\n`)).rejects.toThrow(message);
});
