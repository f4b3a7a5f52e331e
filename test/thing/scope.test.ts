import { Type } from "typebox";
import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { defineThing } from "../../src/thing/define.ts";
import { Outputs } from "../../src/thing/outputs.ts";
import { Scope } from "../../src/thing/scope.ts";
import type { GpioChip } from "../../src/transport/gpio.ts";
import { Recorder } from "../../src/transport/recorder.ts";

/** A chip that has been unplugged since its line was opened. */
const gone: GpioChip = {
  openInput: () => Promise.reject(new Error("it has no inputs")),
  openOutput: async () => ({
    read: () => false,
    write() {},
    release() {
      throw new Error("the chip is gone");
    },
  }),
  afterDeath: async () => undefined,
};

test("a pin that cannot be given back keeps nothing else from being closed, and is told of", async () => {
  const clock = new DiscreteClock();
  const logged: string[] = [];
  const definition = defineThing({
    title: "Relay",
    config: Type.Object({}),
    outputs: { relay: { safe: false } },
    open: async () => ({}),
  });
  const scope = new Scope({
    thing: "relay",
    definition,
    config: {},
    things: {},
    wiring: { chip: gone, pins: { relay: { line: 4 } } },
    outputs: new Outputs({ thing: "relay", contracts: definition.outputs, pins: {}, clock, log() {} }),
    line: undefined,
    recorder: new Recorder(clock),
    clock,
    log: (_, message) => logged.push(message),
    alarm() {},
    lost() {},
    failed() {},
    emit() {},
    told() {},
    emergencyStop: () => Promise.resolve(),
  });
  await scope.context().gpio.output("relay");
  await scope.close();
  expect(logged).toEqual(["not all of its pins could be given back: Error: the chip is gone"]);
});
