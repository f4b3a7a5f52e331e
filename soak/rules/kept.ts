import { Invocation } from "../../src/invocation/invocation.ts";
import { isTerminal } from "../../src/invocation/state.ts";
import type { Rule } from "../rule.ts";

const endOf = (one: { status: string; reason: string | undefined; outcome: string | undefined }) =>
  `${one.status} ${one.reason} ${one.outcome}`;

export const kept: Rule = {
  number: "R1",
  holds: "what has ended is told the same after a restart, and what waited goes on waiting or ends",
  watch(stand, broken) {
    const ended = new Map<string, string>();
    const parked = new Set<string>();
    return {
      closing() {
        ended.clear();
        parked.clear();
        for (const { invocation } of stand.roll.all())
          if (isTerminal(invocation.status)) ended.set(invocation.id, endOf(invocation));
      },
      closed() {
        // What a disk did not take is lost with the process, and is said to be.
        if (!stand.disk.isWell) ended.clear();
        for (const { invocation } of stand.disk.isWell ? stand.roll.all() : []) {
          if (!(invocation instanceof Invocation)) continue;
          if (isTerminal(invocation.status)) ended.set(invocation.id, endOf(invocation));
          else parked.add(invocation.id);
        }
      },
      async started() {
        if (!stand.disk.isWell) return;
        for (const [id, end] of ended) {
          const now = await stand.gateway.invocations.find(id, "history");
          if (!now || endOf(now) !== end) broken(`${id} was ${end}, and after a restart is ${now && endOf(now)}`);
        }
        for (const id of parked) {
          const now = await stand.gateway.invocations.find(id, "history");
          const parkable = now?.status === "pending" || (now && isTerminal(now.status)) || now?.status === "running";
          stand.tally.count("waited over a restart", now?.status ?? "lost");
          if (!parkable) broken(`${id} waited when the gateway ended, and is gone`);
        }
      },
    };
  },
};
