/** The toolkit for twins and for tests of drivers. */

export type { Clock } from "../clock.ts";
export { DiscreteClock } from "../discrete-clock.ts";
export { type Fault, type Faults, fault, type OngoingFault } from "../twin/fault.ts";
export type { Answer, Rule, SerialDevice, Split } from "../twin/serial-device.ts";
export type { OpenRefusal, SerialTwin } from "../twin/serial-twin.ts";
export { simulateSerial } from "../twin/simulate-serial.ts";
export { simulatedBench } from "../twin/simulated-bench.ts";
export { defineTwin, type Twin, type TwinContext } from "../twin/twin.ts";
export { Type } from "../typebox.ts";
export { describeThing, type ThingContract } from "./describe-thing.ts";
export type { FaultTrials } from "./fault-trials.ts";
export { openBench, type Placed, type TestBench, type TestBenchOptions } from "./open-bench.ts";
export { openThing, type TestThing } from "./open-thing.ts";
export { type DriveOptions, type Replay, replay } from "./replay.ts";
export { type ObservedWork, withInvocation } from "./with-invocation.ts";
