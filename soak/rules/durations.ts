import { Invocation } from "../../src/invocation/invocation.ts";
import type { Rule } from "../rule.ts";

/** An invocation is first seen when the step in which it was asked for is over; what HTTP takes besides; ms. */
const slackMs = 1;

export const durations: Rule = {
  number: "R7",
  holds: "durations go by a clock that nobody sets",
  watch(stand, broken) {
    const judged = new WeakSet<object>();
    /** Of each invocation: when a check came before which it was not there. */
    let lastCheck = 0;
    const bornAfter = new WeakMap<object, number>();
    return {
      checked() {
        const now = stand.clock.now();
        for (const { invocation, seenAt, endedAt } of stand.roll.all()) {
          if (!bornAfter.has(invocation)) bornAfter.set(invocation, Math.min(lastCheck, seenAt));
          // What an earlier process has done is seen too late.
          if (endedAt === undefined || judged.has(invocation) || !(invocation instanceof Invocation)) continue;
          judged.add(invocation);
          const { waitedMs = 0, ranMs = 0, thing, action, again } = invocation;
          const took = waitedMs - (again?.waitedMs ?? 0) + ranMs;
          const most = endedAt - (bornAfter.get(invocation) ?? 0) + slackMs;
          const least = endedAt - seenAt - slackMs;
          const told = `${thing}/${action} tells to have waited ${waitedMs} ms and run ${ranMs} ms`;
          if (waitedMs < 0 || ranMs < 0) broken(told);
          // What is told in the journal, and recorded late on a disk that is full, has ended before.
          if (took > most) broken(`${told}: it was there for ${most} ms at most`);
          if (took < least && stand.disk.isWell) broken(`${told}: it was there for ${least} ms at least`);
        }
        lastCheck = now;
      },
    };
  },
};
