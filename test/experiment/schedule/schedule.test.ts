import { expect, test } from "vitest";
import { settled } from "../../../src/discrete-clock.ts";
import { Schedule } from "../../../src/experiment/schedule/schedule.ts";

const job = { kind: "procedure", procedure: "night", parameters: {} } as const;

test.each([
  ["somebody pauses it", (schedule: Schedule) => (schedule.pause = { by: "ada", at: 0 })],
  ["benchd ends", (schedule: Schedule) => schedule.end()],
])("nothing begins when %s while what it is to begin is still being read", async (_, act) => {
  const told: string[] = [];
  let come = () => {};
  let read = () => {};
  const reading = new Promise<void>((resolve) => {
    read = resolve;
  });
  const schedule = new Schedule(
    { name: "night", title: undefined, times: { kind: "every", everyMs: 1000 }, job },
    {
      beat: {
        waitsFor: undefined,
        nextInMs: () => 0,
        end() {},
        begin: (tell) => (come = () => tell({ missed: undefined })),
      },
      starter: {
        prepare: async () => {
          await reading;
          return {
            things: [],
            start() {
              throw new Error("it has begun");
            },
          };
        },
      },
      come: (_schedule, { reason }) => told.push(String(reason)),
    },
  );
  schedule.begin();
  come();
  act(schedule);
  read();
  await settled();
  expect(told).toEqual([]);
});
