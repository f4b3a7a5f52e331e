import fc from "fast-check";
import { expect, it } from "vitest";
import type { WorkKind } from "../../src/context.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import type { ByteListener, LineSettings } from "../../src/transport/byte-stream.ts";
import { lines } from "../../src/transport/lines.ts";
import { openAlone, outcome, TestWork } from "./dialogue.ts";

/** A port whose bytes are taken, and answered, when the scheduler says so. */
function scheduledPort(scheduler: fc.Scheduler) {
  const asked: string[] = [];
  let outstanding = 0;
  let overlapped = false;
  return {
    asked,
    overlapped: () => overlapped,
    async open(_: LineSettings, listener: ByteListener) {
      return {
        async write(bytes: Uint8Array) {
          const text = Buffer.from(bytes).toString().trim();
          asked.push(text);
          if (outstanding++ > 0) overlapped = true;
          scheduler
            .schedule(Promise.resolve(), `reply to ${text}`)
            .then(() => {
              outstanding--;
              listener.data(Buffer.from(`<${text}>\n`));
            })
            .catch(() => {});
          await scheduler.schedule(Promise.resolve(), `${text} written`);
        },
        close: async () => {},
      };
    },
  };
}

const kinds = fc.constantFrom<WorkKind>("urgent", "run", "write", "read", "poll");
const asks = fc.array(
  fc.record({
    kind: kinds,
    shared: fc.boolean(),
    grouped: fc.boolean(),
    end: fc.constantFrom("cancel", "fence", "none"),
  }),
  { minLength: 1, maxLength: 12 },
);

it("whatever comes first, a caller gets its own answer or none, and one question is asked at a time", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), asks, async (scheduler, all) => {
      const clock = new DiscreteClock();
      const port = scheduledPort(scheduler);
      const connection = await openAlone<string>({
        open: port.open,
        options: { baudRate: 9600, codec: lines("\n") },
        name: "pump",
        clock,
        alarm: () => {},
        lost: () => expect.unreachable(),
        log: () => {},
      });
      const ended = all.map(async ({ kind, shared, grouped, end }, index) => {
        const work = new TestWork(clock, kind);
        const question = shared ? "T" : `Q${index}`;
        const ask = () => connection.request(question);
        const group = () =>
          connection.exclusive(async () => {
            await connection.request(`${question}a`);
            return ask();
          });
        const asked = outcome(work.run(grouped ? group : ask));
        if (end !== "none")
          scheduler
            .schedule(Promise.resolve(), end)
            .then(() => work[end]())
            .catch(() => {});
        const errors = end === "none" ? [] : ["InvocationCancelledError", "FencedError"];
        expect([`<${question}>`, ...errors]).toContain(await asked);
      });
      let open = true;
      const done = Promise.all(ended).finally(() => {
        open = false;
      });
      // Replies come when the scheduler likes, so no time passes but while the line gets back into step.
      while (open) {
        await scheduler.waitAll();
        await clock.advance(50);
      }
      await done;
      expect(port.overlapped()).toBe(false);
      await connection.close();
    }),
    { numRuns: 300 },
  );
});
