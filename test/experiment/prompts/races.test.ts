import fc from "fast-check";
import { expect, test } from "vitest";
import { settled } from "../../../src/discrete-clock.ts";
import { BenchdError } from "../../../src/errors.ts";
import { openBench } from "../../../src/testing/open-bench.ts";
import { asker } from "./asker.ts";

type Act = "ada" | "bob" | "wrong" | "cancel" | "late" | "stop";
const act = fc.constantFrom<Act>("ada", "bob", "wrong", "cancel", "late", "stop");
/** Each so many turns of the event loop after it is let go: time passes in turns of its own. */
const acts = fc.uniqueArray(fc.record({ act, turns: fc.integer({ min: 0, max: 4 }) }), {
  minLength: 2,
  selector: (one) => one.act,
});

test("of answers, a time-out, a cancel and a stop that come together one decides, and the others are told", async () => {
  const seen = new Set<string>();
  const race = fc.asyncProperty(fc.scheduler(), acts, async (schedule, wanted) => {
    const bench = await openBench({ asker: { definition: asker } });
    const { experiments, emergencyStop } = bench.gateway;
    const invocation = bench.start("asker", "hurried", {});
    await bench.clock.advance(0);
    const [prompt] = experiments.prompts.all;
    const told: string[] = [];
    const leave = bench.gateway.events.listen(({ event }) => void (event.kind === "prompt" && told.push(event.state)));
    const accepted: string[] = [];
    const refused: string[] = [];
    const answer = (by: string, value: unknown) => {
      try {
        experiments.prompts.answer(prompt?.id ?? "", value, by);
        accepted.push(by);
      } catch (error) {
        refused.push(error instanceof BenchdError ? error.code : String(error));
      }
    };
    const does: Record<Act, () => unknown> = {
      ada: () => answer("ada", 1),
      bob: () => answer("bob", 2),
      wrong: () => answer("eve", "x"),
      cancel: () => bench.cancel(invocation).catch(() => {}),
      late: () => bench.clock.advance(10_000),
      stop: () => emergencyStop.trip("button"),
    };
    const done = wanted.map(async ({ act, turns }) => {
      await schedule.schedule(Promise.resolve(), act);
      for (let turn = 0; turn < turns; turn++) await settled();
      await does[act]();
    });
    await schedule.waitFor(Promise.all(done));
    await bench.ended(invocation);
    leave();
    const { state = "open", answeredBy } = prompt ?? {};
    seen.add(state);
    expect(told).toEqual([state]);
    expect(accepted).toEqual(state === "answered" ? [answeredBy] : []);
    expect(refused.every((code) => code === "BENCHD_PROMPT_CLOSED" || code === "BENCHD_INPUT")).toBe(true);
    const ends = { answered: ["completed", "cancelled"], expired: ["error", "cancelled"], withdrawn: ["cancelled"] };
    expect(ends[state as keyof typeof ends]).toContain(invocation.status);
    if (invocation.status === "completed") expect(invocation.output).toBe(answeredBy === "ada" ? 1 : 2);
    // What was answered is undone by nothing but the stop, which looks at nothing.
    if (state === "answered" && !wanted.some(({ act }) => act === "stop")) expect(invocation.status).toBe("completed");
    expect([experiments.prompts.all, bench.clock.nextDue()]).toEqual([[], undefined]);
    await bench.close();
  });
  await fc.assert(race, { numRuns: 30, seed: 1 });
  expect([...seen].sort()).toEqual(["answered", "expired", "withdrawn"]);
});
