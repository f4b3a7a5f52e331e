import { Invocation } from "../../src/invocation/invocation.ts";
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

export const cut: Rule = {
  number: "R6",
  holds: "what was cut off has left its outputs safe by the time it is told to have ended",
  watch(stand, broken) {
    const followed = new WeakSet<object>();
    const judge = ({ forced, id }: Invocation) => {
      if (!forced || stand.thing("tester")?.state === "disconnected") return;
      stand.tally.count("cut off", "with its outputs made safe");
      if (stand.devices.level("tester", "valve")) broken(`tester/persist (${id}) was cut off, and its valve is open`);
    };
    return {
      checked() {
        for (const { invocation } of stand.roll.live()) {
          const { thing, action } = invocation;
          if (!(invocation instanceof Invocation) || thing !== "tester" || action !== "persist") continue;
          if (followed.has(invocation)) continue;
          followed.add(invocation);
          void invocation.over.then(() => judge(invocation));
        }
      },
    };
  },
};
