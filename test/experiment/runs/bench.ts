import type { Run } from "../../../src/experiment/runs/run.ts";
import type { Invocation } from "../../../src/invocation/invocation.ts";
import { openBench, type TestBenchOptions } from "../../../src/testing/open-bench.ts";
import type { Asked } from "../../../src/thing/action-calls.ts";
import { vessel } from "./vessel.ts";
import { procedure, type Written } from "./written.ts";

/** Two vessels, and runs over them. */
export async function openVessels(options: TestBenchOptions = {}) {
  const [left, right] = [vessel(0), vessel(1)];
  const bench = await openBench({ left, right }, options);
  const { runs } = bench.gateway.experiments;
  // What opening them has done is no part of it.
  for (const { device } of [left, right]) device.done.length = 0;
  return {
    ...{ bench, runs, clock: bench.clock, gateway: bench.gateway },
    left: left.device,
    right: right.device,
    heats: (name: "left" | "right") => bench.twins[name].heats(),
    start: (steps: readonly Written[], onFailure: readonly Written[] = [], asked: Partial<Asked> = {}): Invocation =>
      runs.start({ procedure: procedure(steps, onFailure), requestedBy: "test", ...asked }),
    run: (invocation: Invocation): Run => runs.get(invocation.id),
    /** Run it to its end. */
    async done(steps: readonly Written[], onFailure: readonly Written[] = []): Promise<Invocation> {
      const invocation = this.start(steps, onFailure);
      return bench.ended(invocation);
    },
  };
}
