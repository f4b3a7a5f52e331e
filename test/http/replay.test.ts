import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { exchanges } from "./exchange.ts";
import { deviations } from "./listed.ts";
import { Replayer } from "./replayer.ts";

/** Those of the first server; the second has a test of its own. */
const ofFirst = exchanges.filter(({ number }) => Number(number) < 100);

/** The exchanges of the recording, one after the other, against our `counter`. */
describe("what LabThings was recorded to do", () => {
  let bench: CounterBench;
  let replayer: Replayer;

  beforeAll(async () => {
    bench = await openCounterBench();
    replayer = new Replayer(bench);
  });
  afterAll(() => bench.close());

  it("was recorded in 99 exchanges", () => {
    expect(ofFirst).toHaveLength(99);
  });

  it.each(ofFirst)("$number $name", async (exchange) => {
    const found = await replayer.replay(exchange);
    if (deviations.has(exchange.number)) expect(found, "listed as a deviation, but there is none").not.toEqual([]);
    else expect(found).toEqual([]);
  });
});
