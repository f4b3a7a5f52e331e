import { afterEach, beforeEach, expect, test } from "vitest";
import { openVessels } from "./bench.ts";

let bench: Awaited<ReturnType<typeof openVessels>>;
beforeEach(async () => {
  bench = await openVessels();
});
afterEach(() => bench.bench.close());

const fill = (thing: string, seconds: number) => ({ invoke: `${thing}.fill`, input: { seconds } });

test("branches go on side by side, and it goes on when the last has ended", async () => {
  const run = bench.start([
    { parallel: { a: [fill("left", 10), fill("left", 5)], b: [fill("right", 3), { wait: "1 s" }] } },
    fill("right", 1),
  ]);
  await bench.clock.advance(3500);
  expect(run.positions.map(({ path }) => path)).toEqual(["steps[0].a[0]", "steps[0].b[1]"]);
  await bench.bench.ended(run);
  expect([run.status, bench.clock.now()]).toEqual(["completed", 16_000]);
  expect(bench.left.done).toEqual(["fill 10", "filled 10", "fill 5", "filled 5"]);
});

test("branches that want the same Thing take turns", async () => {
  const run = await bench.done([{ parallel: { a: [fill("left", 2)], b: [fill("left", 3)] } }]);
  expect([run.status, bench.clock.now(), bench.left.done]).toEqual([
    "completed",
    5000,
    ["fill 2", "filled 2", "fill 3", "filled 3"],
  ]);
});

test("the first that fails ends the others by the ladder, before anything is done on failure", async () => {
  const run = await bench.done(
    [
      {
        try: [
          {
            parallel: {
              a: [{ try: [fill("left", 60)], onFailure: [fill("left", 99)] }],
              b: [{ wait: "2 s" }, { invoke: "right.fail" }],
              c: [{ wait: "1 h" }],
            },
          },
        ],
        onFailure: [fill("left", 1)],
      },
    ],
    [],
  );
  expect([run.status, run.error, bench.clock.now()]).toEqual(["completed", undefined, 3500]);
  // What was ended was no failure of the branch: it has not done what is for that.
  expect(bench.left.done).toEqual(["fill 60", "closed 60", "fill 1", "filled 1"]);
  expect(run.steps.map(({ action, status }) => [action, status])).toEqual([
    ["fill", "cancelled"],
    ["fail", "error"],
    ["fill", "completed"],
  ]);
});

test("a branch that does not hear that it is to end is cut off", async () => {
  const run = await bench.done([
    { parallel: { a: [{ invoke: "left.hang" }], b: [{ wait: "2 s" }, { invoke: "right.fail" }] } },
  ]);
  expect(run.error?.message).toContain("invoke right.fail: the valve sticks");
  // 5 s of the branch, as it may be about to clean up.
  expect([run.status, bench.clock.now(), bench.bench.thing("left").state]).toEqual(["error", 7000, "quarantined"]);
});

test("parallels and repetitions stand within each other", async () => {
  const within = [{ repeat: { times: 2, steps: [{ parallel: { x: [fill("left", 1)], y: [fill("right", 2)] } }] } }];
  const run = bench.start([{ parallel: { a: within, b: [{ wait: "3 s" }] } }]);
  await bench.clock.advance(2500);
  expect(run.positions).toMatchObject([
    { path: "steps[0].a[0].repeat[0].x[0]", round: { n: 2, of: 2 } },
    { path: "steps[0].a[0].repeat[0].y[0]", round: { n: 2, of: 2 } },
    { path: "steps[0].b[0]", round: undefined },
  ]);
  await bench.bench.ended(run);
  expect([run.status, bench.clock.now()]).toEqual(["completed", 4000]);
});
