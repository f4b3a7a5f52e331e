import { DisconnectedError } from "../../src/errors.ts";
import type { Invocation } from "../../src/invocation/invocation.ts";
import { isTerminal } from "../../src/invocation/state.ts";
import type { Rule } from "../rule.ts";

/** What the pump counts it counts in thousandths; mL. */
const within = 0.004;

interface Moved {
  readonly pushed: number;
  readonly pulled: number;
}

export const delivered: Rule = {
  number: "R2",
  holds: "what is confirmed has really been delivered, and what was delivered beyond that is told as uncertain",
  watch(stand, broken) {
    /** What the pump had moved when each invocation was first seen. */
    const strokes = new Map<Invocation, Moved>();
    const moved = (): Moved => {
      const { pump } = stand.devices;
      // Looking at the display lets the motor have done what it has done.
      return pump.state && { pushed: pump.path.pushed, pulled: pump.path.pulled };
    };
    const judge = (invocation: Invocation, begun: Moved) => {
      const entries = invocation.delivery.filter(({ thing, unit }) => thing === "pump" && unit === "mL");
      if (entries.length === 0) return;
      const now = moved();
      const really = now.pushed - begun.pushed + now.pulled - begun.pulled;
      const confirmed = entries.reduce((sum, entry) => sum + entry.confirmed, 0);
      const uncertain = entries.reduce((sum, entry) => sum + entry.uncertain, 0);
      stand.tally.count("deliveries", uncertain > 0 ? "with a part uncertain" : "all confirmed");
      const { thing, action, status, error } = invocation;
      const told = `${thing}/${action}, ${status} (${error?.message}), told ${confirmed} + ${uncertain} mL, in truth ${really}`;
      const strokesMade = Math.max(1, invocation.steps.length);
      if (really < confirmed - within * strokesMade || really > confirmed + uncertain + within * strokesMade)
        broken(told);
    };
    return {
      wrote(thing) {
        // The first bytes of a stroke: nothing has moved for it yet.
        if (thing !== "pump") return;
        const running = stand.thing("pump")?.lane.holder?.root.record;
        if (!running || strokes.has(running)) return;
        const begun = moved();
        strokes.set(running, begun);
        void running.ended.then(() => {
          judge(running, begun);
          strokes.delete(running);
        });
      },
    };
  },
};

export const unknown: Rule = {
  number: "R2",
  holds: "an outcome is unknown when the connection was lost after bytes had left, and only for what has begun",
  watch(stand, broken) {
    const judged = new Set<string>();
    /** The invocation whose question each Thing has not answered, and those that lost their device like that. */
    const asking = new Map<string, string | undefined>();
    const lost = new Set<string>();
    return {
      heard: (thing) => void asking.delete(thing),
      opened: (thing) => void asking.delete(thing),
      wrote: (thing) => void asking.set(thing, stand.thing(thing)?.recorder.latest?.invocation),
      logged(thing, _, message) {
        const id = asking.get(thing);
        if (id !== undefined && message.startsWith(`${thing} is disconnected`)) lost.add(id);
      },
      checked() {
        for (const { invocation } of stand.roll.all()) {
          const { id, thing, action, status, error, outcome, startedAt } = invocation;
          if (!isTerminal(status) || judged.has(id)) continue;
          judged.add(id);
          if (startedAt === undefined && outcome !== undefined)
            broken(`${thing}/${action} never began, and its outcome is ${outcome}: ${error?.message}`);
          if (lost.delete(id) && status === "error" && error instanceof DisconnectedError && outcome !== "unknown")
            broken(`${thing}/${action} lost its device, and its outcome is not unknown: ${error.message}`);
          if (status === "completed" && outcome !== undefined) broken(`${thing}/${action} completed as ${outcome}`);
        }
        for (const id of judged) if (!stand.roll.find(id)) judged.delete(id);
      },
    };
  },
};
