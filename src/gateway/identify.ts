import { bounded } from "../bounded.ts";
import type { Clock } from "../clock.ts";
import { runAs, unlessEnded } from "../context.ts";
import type { AnyThing, Hooks, Identity } from "../thing/define.ts";
import { Outputs } from "../thing/outputs.ts";
import { Scope } from "../thing/scope.ts";
import type { OpenByteStream } from "../transport/byte-stream.ts";
import { Line } from "../transport/line.ts";
import { Recorder } from "../transport/recorder.ts";

/** As long as a gateway waits for a device; bench time. */
const patienceMs = 15_000;
const closeMs = 5000;

export interface Asked {
  readonly name: string;
  readonly definition: AnyThing;
  readonly config: unknown;
  /** The one port that is opened. */
  readonly open: OpenByteStream;
  readonly clock: Clock;
}

/**
 * Open a device as its driver does, outside of any gateway, ask it who it is, and close it again. Undefined for a driver
 * that cannot ask. Ends, and closes it, when the current work is asked to end. Throws what a gateway would show as the reason why the Thing is not ready.
 */
export async function identify({ name, definition, config, open, clock }: Asked): Promise<Identity | undefined> {
  let fail = (_: unknown) => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const scope = new Scope({
    thing: name,
    definition,
    config,
    things: {},
    wiring: { open, pins: {} },
    line: new Line({ name, clock, open, shared: false }),
    recorder: new Recorder(clock),
    outputs: new Outputs({ thing: name, contracts: definition.outputs, pins: {}, clock, log() {} }),
    clock,
    log() {},
    emit() {},
    told() {},
    emergencyStop() {},
    alarm: fail,
    lost: fail,
    failed: fail,
  });
  let hooks: Hooks = {};
  const asking = runAs(scope.work("open"), async () => {
    hooks = (await definition.open(scope.context())) as Hooks;
    return hooks.identify?.();
  });
  try {
    return await unlessEnded(bounded(clock, patienceMs, Promise.race([asking, failed])));
  } finally {
    const { close } = hooks;
    // It has said who it is, or why not: how it takes its leave changes nothing about that.
    if (close)
      await bounded(
        clock,
        closeMs,
        runAs(scope.work("urgent"), async () => close([])),
      ).catch(() => {});
    await bounded(clock, closeMs, scope.close()).catch(() => {});
  }
}
