import { defineThing, report, sleep, Type } from "../src/driver.ts";

/** A Thing without hardware that always has something to tell. */
export const busy = defineThing({
  title: "Busy",
  config: Type.Object({}),
  properties: { level: { title: "Level", schema: Type.Integer(), readOnly: true, pollMs: 20 } },
  actions: {
    work: { title: "Report progress until somebody ends it" },
    shout: { title: "Tell of much", input: Type.Object({ times: Type.Integer() }), lane: false },
  },
  events: { shouted: { title: "It has told of much", data: Type.String() } },
  async open({ emit }) {
    let level = 0;
    return {
      read: { level: () => level++ },
      invoke: {
        async work() {
          for (let done = 0; ; done = (done + 1) % 1000) {
            report({ done, of: 1000 });
            await sleep(5);
          }
        },
        async shout({ times }) {
          for (let n = 0; n < times; n++) {
            emit("shouted", "!".repeat(30_000));
            await sleep(5);
          }
        },
      },
    };
  },
});
