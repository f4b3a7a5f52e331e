import { isTerminal } from "../../src/invocation/state.ts";
import type { Rule } from "../rule.ts";

export const fence: Rule = {
  number: "R3",
  holds: "nothing is written to a device by work that has ended, or was cut off by an emergency stop",
  watch(stand, broken) {
    /** Cut off by an emergency stop. */
    const cutOff = new WeakSet<object>();
    return {
      tripped() {
        for (const { invocation } of stand.roll.live()) {
          const { thing, action } = invocation;
          // Stopping goes on.
          const isUrgent = stand.thing(thing)?.actions[action]?.urgent ?? false;
          if (!isUrgent) cutOff.add(invocation);
        }
      },
      wrote(thing, bytes) {
        const { invocation: id } = stand.thing(thing)?.recorder.latest ?? {};
        const invocation = stand.roll.find(id)?.invocation;
        stand.tally.count("writes", invocation ? "by invocations" : "by others");
        if (!invocation) return;
        const what = () => `${JSON.stringify(Buffer.from(bytes).toString("latin1"))} was written to ${thing}`;
        if (isTerminal(invocation.status)) broken(`${what()} by ${invocation.action}, which is ${invocation.status}`);
        if (cutOff.has(invocation)) broken(`${what()} by ${invocation.action} after the emergency stop`);
      },
    };
  },
};
