import type { Thing } from "../thing/thing.ts";
import { openBench, type Placed, type TestBench, type TestBenchOptions } from "./open-bench.ts";

/** A Thing on a bench of its own. */
export interface TestThing<P extends Placed> {
  readonly bench: TestBench<{ readonly thing: P }>;
  readonly thing: Thing;
  readonly twin: TestBench<{ readonly thing: P }>["twins"]["thing"];
}

/**
 * Open one Thing, named `thing`, on a bench of its own.
 *
 * @example const { bench, twin } = await openThing({ definition: balance, twin: balanceTwin });
 */
export async function openThing<const P extends Placed>(placed: P, options?: TestBenchOptions): Promise<TestThing<P>> {
  const bench = await openBench({ thing: placed }, options);
  return { bench, thing: bench.thing("thing"), twin: bench.twins.thing };
}
