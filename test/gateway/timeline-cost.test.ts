import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { Timeline } from "../../src/gateway/timeline/timeline.ts";
import { Invocation } from "../../src/invocation/invocation.ts";

test("of very many invocations with many steps only those are looked through that are told", async () => {
  const clock = new DiscreteClock();
  const step = { n: 0, thing: "pump", action: "dispense", status: "completed", ticks: { requested: 0, started: 0 } };
  let looked = 0;
  const about = { thing: "helper", action: "go", input: {}, requestedBy: "anna", retentionMs: 1000, changed: () => {} };
  const known = Array.from({ length: 2000 }, (_, seq) => {
    const one = new Invocation({ ...about, ...{ seq, clockTrusted: true, leased: false, clock } } as never);
    const get = () => {
      looked++;
      return Array.from({ length: 50 }, () => step);
    };
    return Object.defineProperty(one, "steps", { get });
  });
  const scheduler = { known: () => known, list: async () => [] };
  const timeline = new Timeline({ scheduler: scheduler as never, processClock: clock });
  const all = { since: 0, until: Number.POSITIVE_INFINITY, limit: 500, names: undefined, sees: () => true };
  const { bars, truncated } = await timeline.of(all);
  expect([bars.length, truncated]).toEqual([500, true]);
  expect(bars.flatMap(({ parts }) => parts.filter(({ kind }) => kind === "step")).length).toBeGreaterThan(4000);
  // As many parts as one answer has, and the first that are too many.
  expect(looked).toBeLessThan(105);
});
