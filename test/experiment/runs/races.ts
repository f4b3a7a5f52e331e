import fc from "fast-check";
import { expect } from "vitest";
import { NotAllowedError } from "../../../src/errors.ts";
import { RunOverError } from "../../../src/experiment-errors.ts";
import type { Invocation } from "../../../src/invocation/invocation.ts";
import { isTerminal } from "../../../src/invocation/state.ts";
import { openVessels } from "./bench.ts";
import type { Written } from "./written.ts";

const vessel = fc.constantFrom("left", "right");
const { steps } = fc.letrec<{ step: Written; steps: Written[] }>((tie) => ({
  step: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    vessel.map((thing) => ({ invoke: `${thing}.fill`, input: { seconds: 1 } })),
    vessel.map((thing) => ({ invoke: `${thing}.fill`, input: { seconds: 60 }, timeout: "2 s" })),
    fc.tuple(vessel, fc.boolean()).map(([thing, to]) => ({ set: `${thing}.on`, to })),
    fc.tuple(vessel, fc.nat(3)).map(([thing, n]) => (n > 0 ? { wait: "1 s" } : { invoke: `${thing}.fail` })),
    fc.constantFrom<Written>({ wait: "1 s" }, { ask: "So?", timeout: "5 s", onTimeout: { answer: null } }),
    fc.constant({ waitUntil: "left.level > 5", timeout: "3 s" }),
    tie("steps").map((within) => ({ repeat: { times: 2, steps: within } })),
    fc.tuple(tie("steps"), tie("steps")).map(([a, b]) => ({ parallel: { a, b } })),
    fc.tuple(tie("steps"), tie("steps")).map(([tried, onFailure]) => ({ try: tried, onFailure })),
  ),
  steps: fc.array(tie("step"), { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Written[]>,
}));

const deed = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("pause" as const, "resume" as const) },
  { weight: 1, arbitrary: fc.constantFrom("cancel" as const, "stop" as const) },
  { weight: 2, arbitrary: fc.constant("other" as const) },
);

/** Whatever is done to runs beside each other, each ends once, leaves nothing behind, and its Things safe. */
export async function raceRuns(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(steps, { minLength: 1, maxLength: 3 }),
      steps,
      fc.array(fc.array(deed, { maxLength: 2 }), { minLength: 10, maxLength: 30 }),
      async (schedule, procedures, onFailure, deeds) => {
        const { bench, clock, gateway, runs, start, heats } = await openVessels();
        const begun = procedures.map((written) => start(written, onFailure));
        const ends = new Map<string, number>();
        gateway.events.listen(({ event }) => {
          if (event.kind !== "invocation" || !isTerminal(event.status)) return;
          ends.set(event.id, (ends.get(event.id) ?? 0) + 1);
        });
        const others: Invocation[] = [];
        const act = async (what: "pause" | "resume" | "cancel" | "stop" | "other", n: number) => {
          const run = begun[n % begun.length];
          const live = run && runs.find(run.id);
          if (what === "other") others.push(bench.start(n % 2 ? "left" : "right", "fill", { seconds: 1 }));
          else if (what === "stop") bench.thing(n % 2 ? "left" : "right").invoke("stop", null, { requestedBy: "ben" });
          else if (!live || isTerminal(live.invocation.status)) return;
          else if (what === "cancel") await bench.cancel(live.invocation).catch(overBefore);
          else unlessOver(() => runs[what](live.invocation.id, "ada"));
        };
        for (const [n, some] of deeds.entries()) {
          const all = some.map((what, m) => schedule.schedule(Promise.resolve(), what).then(() => act(what, n + m)));
          await schedule.waitFor(Promise.all(all));
          await clock.advance(400);
        }
        for (const { invocation } of runs.all) unlessOver(() => runs.resume(invocation.id, "ada"));
        await clock.until(Promise.all([...begun, ...others].map(({ ended }) => ended)));
        await clock.advance(100);
        for (const run of begun) {
          expect(ends.get(run.id)).toBe(1);
          for (const step of run.steps) expect(isTerminal(step.status)).toBe(true);
          expect(run.forced).toBe(false);
        }
        expect([runs.all, gateway.experiments.prompts.all]).toEqual([[], []]);
        for (const name of ["left", "right"] as const) {
          const { lane, state } = bench.thing(name);
          expect([lane.idle, lane.queue.length, state]).toEqual([true, 0, "ready"]);
          // Where all have come to nothing, nothing is left on.
          if (others.length === 0 && begun.every(({ status }) => status !== "completed"))
            expect(heats(name)).toBe(false);
        }
        await bench.close();
      },
    ),
    { numRuns },
  );
}

/** It has ended by itself while it was looked for. */
function overBefore(error: unknown): void {
  if (!(error instanceof NotAllowedError)) throw error;
}

/** Its end has begun. */
function unlessOver(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof RunOverError)) throw error;
  }
}
