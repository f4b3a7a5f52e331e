import type { Rule } from "../rule.ts";

export const burst: Rule = {
  number: "R9",
  holds: "nothing that waited runs late: a Thing that is not ready, or stopped, has no queue",
  watch(stand, broken) {
    return {
      checked() {
        const latched = stand.gateway.emergencyStop.latch !== undefined;
        for (const { name, state, lane } of stand.gateway.things.values()) {
          if (state !== "ready" && lane.queue.length > 0)
            broken(`${name} is ${state} and ${lane.queue.length} wait for it`);
          const unsafe = lane.queue.filter(({ frame }) => !stand.gateway.thing(name).actions[frame.name]?.safe);
          if (latched && unsafe.length > 0) broken(`${name} is stopped and ${unsafe.length} wait for it`);
        }
      },
    };
  },
};
