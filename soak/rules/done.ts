import { Invocation } from "../../src/invocation/invocation.ts";
import { isTerminal } from "../../src/invocation/state.ts";
import type { Rule } from "../rule.ts";

export const done: Rule = {
  number: "R2",
  holds: "what is told to have been done was done at the device, and what never began was not",
  watch(stand, broken) {
    const judged = new WeakSet<object>();
    return {
      checked() {
        for (const { invocation } of stand.roll.all()) {
          // The device remembers what is new.
          if (!(invocation instanceof Invocation)) continue;
          const { thing, action, status, startedAt, input, delivery, error } = invocation;
          if (thing !== "tester" || (action !== "once" && action !== "later")) continue;
          if (!isTerminal(status) || judged.has(invocation)) continue;
          judged.add(invocation);
          const { token } = input as { token: string };
          if (!token.startsWith("soak-")) continue;
          const times = stand.devices.tester.timesDone(token).length;
          const [amount] = delivery;
          const [least, most] = [amount?.confirmed ?? 0, (amount?.confirmed ?? 0) + (amount?.uncertain ?? 0)];
          const told = `${action} of ${token}, ${status} (${error?.message}), tells ${least} to ${most}`;
          stand.tally.count("done by the tester", `${status}: ${times}`);
          if (status === "completed" && times !== 1) broken(`${told}: it was done ${times} times`);
          if (startedAt === undefined && times > 0) broken(`${told}: it never began, and was done`);
          if (startedAt !== undefined && (times < least || times > most)) broken(`${told}: it was done ${times} times`);
        }
      },
    };
  },
};
