import { expect, test } from "vitest";
import type { Clock } from "../../../src/clock.ts";
import { Beat } from "../../../src/experiment/recordings/beat.ts";
import { openProbe } from "./fixture.ts";

test("a timer that fires a little early, as those of Node do, is no second sample and no gap", async () => {
  const { bench } = await openProbe();
  const early: Clock = {
    now: () => bench.clock.now(),
    after: (ms, run) => bench.clock.after(ms > 1 ? ms - 0.4 : ms, run),
  };
  const beat = new Beat(1000, { clock: early, suspendedMs: () => 0 });
  const source = beat.source(bench.thing("ph"), "ph");
  const taken: { elapsed: number; problem: string | undefined }[] = [];
  const missed: number[] = [];
  beat.join({
    sources: [source],
    take: ({ bench: at }) => taken.push({ elapsed: Math.round(at), problem: source.problem }),
    missed: (times) => missed.push(times),
    suspended: () => {},
  });
  await bench.clock.advance(3500);
  expect(taken).toEqual([0, 1000, 2000, 3000].map((elapsed) => ({ elapsed, problem: undefined })));
  expect(missed).toEqual([]);
});
