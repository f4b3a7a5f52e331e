import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { exchanges } from "./exchange.ts";
import { deviations } from "./listed.ts";
import { Replayer } from "./replayer.ts";

const recorded = new Map(exchanges.map((exchange) => [Number(exchange.number), exchange]));
/** The write (103) waits for its turn here, so it is looked at when those are over that are to find the Thing busy. */
const inOrder = [100, 101, 102, 104, 105, 106, 103, 107, 108, 109];

/** The second server of the recording has a prefix, and a lock that an action holds while it runs; we have lanes. */
describe("what LabThings was recorded to do under a prefix, while an action holds the lock", () => {
  let bench: CounterBench;
  let replayer: Replayer;

  beforeAll(async () => {
    bench = await openCounterBench({ prefix: "/api/v1" });
    replayer = new Replayer(bench);
  });
  afterAll(() => bench.close());

  it("was recorded in ten exchanges", () => {
    expect([...recorded.keys()].filter((number) => number >= 100)).toEqual([...inOrder].sort((a, b) => a - b));
  });

  it.each(inOrder)("%d", async (number) => {
    const exchange = recorded.get(number);
    if (!exchange) throw new Error("not recorded");
    if (number === 107) await bench.clock.advance(10_000);
    const answering = Promise.resolve(replayer.send(exchange));
    const answer = await (number === 103 ? bench.clock.until(answering) : answering);
    const found = replayer.compare(exchange, answer);
    if (deviations.has(exchange.number)) expect(found, "listed as a deviation, but there is none").not.toEqual([]);
    else expect(found).toEqual([]);
  });
});
