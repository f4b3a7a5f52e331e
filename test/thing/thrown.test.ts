import { Type } from "typebox";
import { expect, test } from "vitest";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";

const thrown: Readonly<Record<string, unknown>> = {
  "an object without a prototype": Object.create(null),
  "a symbol": Symbol("jam"),
  "an error whose message is what the device has said, parsed": Object.assign(new Error("jam"), { message: { n: 5 } }),
  "an error whose name is no text": Object.assign(new Error("jam"), { name: { n: 5 } }),
  "an error that throws when it is asked": Object.defineProperty(new Error("jam"), "message", {
    get() {
      throw new Error("no");
    },
  }),
};

test.each(Object.keys(thrown))("an action that throws %s has failed, and the next begins", async (what) => {
  const jammer = defineThing({
    title: "Jammer",
    config: Type.Object({}),
    actions: { jam: { title: "Throw it" }, work: { title: "Do nothing" } },
    open: async () => ({
      invoke: {
        jam() {
          throw thrown[what];
        },
        work() {},
      },
    }),
  });
  const bench = await openBench({ jammer: { definition: jammer } });
  const jammed = await bench.run("jammer", "jam");
  expect([jammed.status, typeof jammed.error?.message]).toEqual(["error", "string"]);
  expect((await bench.run("jammer", "work")).status).toBe("completed");
});
