import fc from "fast-check";
import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { Spans } from "../../src/invocation/spans.ts";
import { Trace } from "../../src/invocation/trace.ts";

/** Begun and over by turns, `[when, begins]`. */
function spansOf(changes: readonly (readonly [at: number, begins: boolean])[], { leastMs = 10, max = 3 } = {}) {
  const spans = new Spans({ leastMs, max });
  for (const [at, begins] of changes)
    if (begins) spans.begin(at);
    else spans.end(at);
  return spans;
}
const pairs = (spans: Spans, now: number) => spans.at(now).map(({ from, to }) => [from, to]);

test("what overlaps is one span, what is short is none, and what follows closely belongs to the one before", () => {
  const spans = spansOf([
    ...([
      [0, true],
      [5, true],
      [20, false],
      [30, false],
    ] as const),
    ...([
      [35, true],
      [50, false],
    ] as const),
    ...([
      [100, true],
      [105, false],
    ] as const),
    ...([
      [200, true],
      [250, false],
    ] as const),
  ]);
  expect(pairs(spans, 300)).toEqual([
    [0, 50],
    [200, 250],
  ]);
});

test("what goes on is told once it lasts, and what was never begun is not over", () => {
  const spans = spansOf([[0, true]]);
  expect(pairs(spans, 9)).toEqual([]);
  expect(pairs(spans, 10)).toEqual([[0, undefined]]);
  expect(pairs(spansOf([[5, false]]), 10)).toEqual([]);
});

test("however much happens, few spans are kept, in order, none within another, and the last reaches to the end", () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.boolean()), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (gaps) => {
      let now = 0;
      let open = 0;
      const changes = gaps.flatMap(([gap, begins]) => {
        now += gap;
        if (!begins && open === 0) return [];
        open += begins ? 1 : -1;
        return [[now, begins] as const];
      });
      const spans = spansOf(changes).at(now);
      expect(spans.length).toBeLessThanOrEqual(4);
      let last = Number.NEGATIVE_INFINITY;
      for (const { from, to = now } of spans) {
        expect(from).toBeGreaterThanOrEqual(last);
        expect(to - from).toBeGreaterThanOrEqual(10);
        last = to;
      }
    }),
  );
});

test("what an invocation is at ends with it, whatever was never told to be over", async () => {
  const clock = new DiscreteClock();
  const trace = new Trace(clock, 5);
  await clock.advance(10);
  trace.start();
  trace.begin("wire");
  await clock.advance(20);
  trace.end();
  await clock.advance(100);
  trace.begin("prompt");
  trace.over("wire");
  await clock.advance(100);
  expect([trace.waitedMs, trace.ranMs]).toEqual([15, 20]);
  expect(trace.spans("wire")).toEqual([{ from: 10, to: 30 }]);
  expect([trace.spans("prompt"), trace.spans("cancel")]).toEqual([[], []]);
});
