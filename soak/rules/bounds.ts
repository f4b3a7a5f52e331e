import type { Rule } from "../rule.ts";

/** What may grow, and how far; as `docs/` say. */
const most = { queue: 100, kept: 1000, log: 1000, steps: 200, recorded: 2000, timers: 2000, requests: 1000 };

export const bounds: Rule = {
  number: "R8",
  holds: "everything is bounded: queues, logs, what is kept, timers, requests",
  watch(stand, broken) {
    const within = (what: string, count: number, limit: number) => {
      if (count > limit) broken(`${count} ${what}: more than ${limit}`);
    };
    /** Timers when all was calm for the first time. */
    let calmTimers: number | undefined;
    return {
      async checked() {
        const { gateway, clock, roll } = stand;
        for (const { name, lane, recorder } of gateway.things.values()) {
          within(`invocations wait for ${name}`, lane.queue.length, most.queue);
          within(`pieces are recorded of ${name}`, recorder.entries().length, most.recorded);
        }
        const all = await gateway.invocations.list({});
        within("invocations are kept", all.length - roll.live().length, most.kept);
        for (const { invocation } of roll.live()) {
          within("entries are in a log", invocation.log.entries().length, most.log);
          within("steps are kept", invocation.steps.length, most.steps);
        }
        within("timers are set", clock.pending, most.timers);
        within("requests are not answered", stand.unanswered.length, most.requests);
      },
      calmed() {
        const { pending } = stand.clock;
        calmTimers ??= pending;
        // Some run only now and then, such as the looks of a background job.
        if (pending > calmTimers + 20)
          broken(`${pending} timers are set when all is calm, ${calmTimers} the first time`);
      },
    };
  },
};
