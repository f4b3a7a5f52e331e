import { describe, expect, it } from "vitest";
import { StepFailedError } from "../../../src/experiment-errors.ts";
import type { Invocation } from "../../../src/invocation/invocation.ts";
import { messages } from "../../invocation/fixture.ts";
import { type Device, devices, interfere, type Moment, openTitration, type Titration } from "./titration.ts";

/** Every step of examples/runs/titration.yaml in the order in which they are come to, the repeated ones in two rounds. */
const steps: readonly Pick<Moment, "path" | "n">[] = [
  ...["steps[0]", "steps[1]", "steps[1].arm[0]", "steps[1].arm[1]", "steps[1].pump[0]"].map(once),
  ...["steps[2]", "steps[3]", "steps[4]", "steps[5]", "steps[6]", "steps[7]"].map(once),
  ...[1, 4].flatMap((n) => ["steps[7].repeat[0]", "steps[7].repeat[1]"].map((path) => ({ path, n }))),
  ...["steps[8]", "steps[9]", "steps[10]", "steps[11]"].map(once),
];
function once(path: string) {
  return { path, n: 1 };
}
/** As it is come to, and in the middle of it. */
const moments = steps.flatMap((step) => [0, 700].map((afterMs) => ({ ...step, afterMs })));

/** Where each device is driven last, by the number of the step; to the end of a repetition it may be driven again. */
const lastUse: Readonly<Record<Device, number>> = { pump: 7, ph: 7, balance: 8, xy: 10 };

/** Nothing goes on, nothing is held, nobody is asked, and everything that was written down has its end. */
function expectRest({ gateway, runs, moving }: Titration, why: string) {
  const { prompts, recordings } = gateway.experiments;
  expect(moving).toEqual([]);
  expect(runs.all).toEqual([]);
  expect(prompts.all).toEqual([]);
  for (const { name, lane } of gateway.things.values())
    expect([name, lane.idle, lane.queue.length]).toEqual([name, true, 0]);
  expect(recordings.list().filter(({ end }) => end === null)).toEqual([]);
  for (const { end } of recordings.list()) expect([why, "as the procedure says"]).toContain(end?.why);
}

async function ended(bench: Titration, run: Invocation) {
  await bench.clock.until(run.ended);
  await bench.clock.advance(0);
  return run;
}

/** A bench of its own for each, which is closed whatever comes. */
async function on(work: (bench: Titration) => Promise<void>) {
  const bench = await openTitration();
  try {
    await work(bench);
  } finally {
    await bench.close();
  }
}

it("these are all its steps", () =>
  on(async (bench) => {
    const seen = new Set<string>();
    const run = await ended(
      bench,
      bench.start(({ path }) => void seen.add(path)),
    );
    expect([run.status, run.error]).toEqual(["completed", undefined]);
    expect([...seen].sort()).toEqual([...new Set(steps.map(({ path }) => path))].sort());
    expectRest(bench, "the run has ended");
  }));

describe.each(moments)("at $path, in round $n, after $afterMs ms", (moment) => {
  it("it is paused and resumed, and comes to the same end", () =>
    on(async (bench) => {
      const { run, done } = await interfere(bench, moment, ({ id }) => void bench.runs.pause(id, "ada"));
      // A pause behind the last step finds nothing more to wait for.
      if (!done || run.endedAt !== undefined) return;
      await bench.clock.advance(120_000);
      if (run.endedAt === undefined) {
        expect([bench.runs.get(run.id).state, run.waitingFor]).toEqual(["paused", "resume"]);
        expect(bench.moving).toEqual([]);
        for (const { lane } of bench.gateway.things.values()) expect(lane.idle).toBe(true);
        const at = run.positions;
        await bench.clock.advance(600_000);
        expect(run.positions).toEqual(at);
        bench.runs.resume(run.id, "ada");
      } else expect(["steps[10]", "steps[11]"]).toContain(moment.path);
      await ended(bench, run);
      expect([run.status, run.error]).toEqual(["completed", undefined]);
      expectRest(bench, "the run has ended");
    }));

  it("it is cancelled, within its grace, and what it was is told", () =>
    on(async (bench) => {
      let at = 0;
      const { run, done } = await interfere(bench, moment, ({ id }) => {
        at = bench.clock.now();
        void bench.gateway.cancel(id, "ada");
      });
      expect(done).toBe(true);
      await ended(bench, run);
      expect([run.status, run.reason, run.forced]).toEqual(["cancelled", "client", false]);
      expect(bench.clock.now() - at).toBeLessThan(10_000);
      expect(run.positions.length).toBeGreaterThan(0);
      // Nothing that is for failures is done.
      expect(messages(run)).not.toContain("on failure:");
      expectRest(bench, "the run has not come to its end");
      await bench.clock.advance(60_000);
      expectRest(bench, "the run has not come to its end");
    }));

  it.each(devices)("it loses the %s, and says so as soon as that is needed", (device) =>
    on(async (bench) => {
      const { run, done } = await interfere(bench, moment, () => bench.twin(device).unplug());
      expect(done).toBe(true);
      const at = run.positions.map(({ text }) => text);
      await ended(bench, run);
      const [, number = ""] = /^steps\[(\d+)\]/.exec(moment.path) ?? [];
      if (Number(number) > lastUse[device]) expect([run.status, run.error]).toEqual(["completed", undefined]);
      else if (run.status === "error") {
        expect(run.error).toBeInstanceOf(StepFailedError);
        expect(run.error?.message).toMatch(/^titration\.yaml:\d+: steps\[\d+\].*/);
        expect(run.error?.message).toContain(device);
        expect(messages(run)).toContain("on failure:");
        // What it was told while its cable was out nobody knows.
        if (at.includes(`invoke ${device}.dispense`)) expect(run.outcome).toBe("unknown");
        expect(run.positions).not.toEqual([]);
      } else expect(Number(number)).toBe(lastUse[device]);
      await bench.clock.advance(60_000);
      bench.twin(device).plug();
      await bench.clock.advance(60_000);
      // What was lost is found again, identified, stopped and safe.
      expect(bench.gateway.thing(device).state).toBe("ready");
      expectRest(bench, run.status === "completed" ? "the run has ended" : "the run has not come to its end");
    }),
  );
});
