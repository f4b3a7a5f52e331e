import type { Rule } from "../rule.ts";
import { isRaised, pins } from "./pins.ts";

/** A device that is there has been made safe within this time; ms. */
const safeMs = 10_000;

export const outputs: Rule = {
  number: "R6",
  holds: "outputs are safe when the gateway has ended, and as long as the emergency stop is latched",
  watch(stand, broken) {
    let latchedSince: number | undefined;
    return {
      tripped() {
        latchedSince = stand.clock.now();
      },
      closed() {
        latchedSince = undefined;
        const { pump, tampered, tester } = stand.devices;
        // Behind a cable that is out, or a line that is blocked, its own dead-man stops it.
        if (pump.state.prompt !== "S" && !pump.state.alarm && !tampered.has("pump"))
          broken(`the pump runs (${pump.state.prompt}) without a gateway`);
        if (tester.running && !tampered.has("tester")) broken("the tester runs without a gateway");
      },
      checked() {
        if (!stand.gateway.emergencyStop.latch) latchedSince = undefined;
        else latchedSince ??= stand.clock.now();
        if (latchedSince === undefined || stand.clock.now() - latchedSince < safeMs) return;
        for (const one of pins(stand))
          if (stand.gateway.thing(one.thing).state === "ready" && isRaised(one))
            broken(`${one.thing}.${one.output} is ${one.level} though the emergency stop is latched`);
      },
    };
  },
};
