import { defineThing, sleep, Type } from "benchd/driver";

/** A Thing without hardware that waits until somebody ends it, and knows when its wait was rejected. */
export default defineThing({
  title: "Waiter",
  config: Type.Object({}),
  properties: {
    rejected: {
      title: "When the last wait was rejected; ns, by the clock that all processes share",
      schema: Type.String(),
      readOnly: true,
      maxAgeMs: 0,
    },
  },
  actions: { wait: { title: "Wait until somebody ends it" } },
  async open() {
    let rejected = 0n;
    return {
      read: { rejected: () => String(rejected) },
      invoke: {
        async wait() {
          try {
            await sleep(60_000);
          } catch (error) {
            rejected = process.hrtime.bigint();
            throw error;
          }
        },
      },
    };
  },
});
