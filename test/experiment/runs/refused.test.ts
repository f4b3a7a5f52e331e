import { expect, test } from "vitest";
import { LeaseHeldError, NotReadyError } from "../../../src/errors.ts";
import { ProcedureError } from "../../../src/experiment-errors.ts";
import { openVessels } from "./bench.ts";

const fill = (thing: string, seconds: unknown) => ({ invoke: `${thing}.fill`, input: { seconds } });

test("what these Things cannot do is refused before anything moves, every mistake with its place", async () => {
  const bench = await openVessels();
  const start = () => bench.start([{ set: "left.on", to: true }, { invoke: "left.fil" }, fill("right", "long")]);
  expect(start).toThrow(ProcedureError);
  expect(start).toThrow(/test\.yaml:2:5 steps\[1\]: left has no action "fil"; did you mean "fill"\?\n.*test\.yaml:3:5/);
  await bench.clock.advance(1000);
  expect([bench.heats("left"), bench.runs.all]).toEqual([false, []]);
});

test("a Thing that is not ready keeps a run from beginning, also where it is for later", async () => {
  const bench = await openVessels();
  bench.right.fail();
  await bench.clock.advance(0);
  expect(() => bench.start([{ wait: "1 h" }], [fill("right", 1)])).toThrow(NotReadyError);
});

test("a Thing that somebody else has leased keeps it from beginning; the requester's own lease goes along", async () => {
  const bench = await openVessels();
  const { leases } = bench.gateway;
  const lease = await bench.clock.until(leases.take("left", "ada", { seconds: 600, note: "", onLoss: "finish" }, {}));
  expect(() => bench.start([fill("left", 1)])).toThrow(LeaseHeldError);
  const run = bench.start([fill("left", 1), fill("right", 1)], [], { leases: [lease.number] });
  await bench.bench.ended(run);
  expect(run.status).toBe("completed");
});

test("nothing is begun while the emergency stop is latched", async () => {
  const bench = await openVessels();
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect(() => bench.start([fill("left", 1)])).toThrow("the emergency stop is latched");
});
