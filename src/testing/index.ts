/** The toolkit for twins and for tests of drivers. */
export type { Clock } from "../clock.ts";
export { DiscreteClock } from "../discrete-clock.ts";
export { type Answer, type Rule, type SerialDevice, type SerialTwin, simulateSerial } from "../twin/simulate-serial.ts";
export { simulatedBench } from "../twin/simulated-bench.ts";
export { defineTwin, type Twin, type TwinContext } from "../twin/twin.ts";
export { describeThing, type ThingContract } from "./describe-thing.ts";
export { openBench, type Placed, type TestBench, type TestBenchOptions } from "./open-bench.ts";
export { openThing, type TestThing } from "./open-thing.ts";
export { type ObservedWork, withInvocation } from "./with-invocation.ts";
