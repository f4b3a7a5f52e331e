import type { Rule } from "../rule.ts";

export const burst: Rule = {
  number: "R9",
  holds: "nothing that waited runs late: a Thing that is not ready, or stopped, has no queue",
  watch(stand, broken) {
    /** When each Thing was last told to be out of order. */
    const leftAt = new Map<string, number>();
    return {
      logged(thing, _, message) {
        if (message.startsWith(`${thing} is `)) leftAt.set(thing, stand.clock.now());
      },
      checked() {
        const latched = stand.gateway.emergencyStop.latch !== undefined;
        for (const { name, state, lane } of stand.gateway.things.values()) {
          const left = state === "ready" ? 0 : (leftAt.get(name) ?? 0);
          // What is asked of others, and needs this one, may still come: it fails when its turn comes.
          const older = lane.queue.filter(({ frame }) => (stand.roll.find(frame.record?.id)?.seenAt ?? left) < left);
          if (older.length > 0) broken(`${name} is ${state}, and ${older.length} that came before wait for it`);
          const isSafe = (owner: string, action: string) => stand.thing(owner)?.actions[action]?.safe ?? false;
          const unsafe = lane.queue.filter(({ frame }) => !isSafe(frame.owner.name, frame.name));
          if (latched && unsafe.length > 0) broken(`${name} is stopped and ${unsafe.length} wait for it`);
        }
      },
    };
  },
};
