import fc from "fast-check";
import { expect, test } from "vitest";
import { minutes, type Progress, progressBar } from "../../../src/cli/invocation/progress-bar.ts";
import { TimeLeft } from "../../../src/cli/invocation/time-left.ts";
import { LiveLine } from "../../../src/cli/terminal/live-line.ts";
import { columnsOf, fitted } from "../../../src/cli/terminal/width.ts";
import { testShell } from "../shell.ts";

const half: Progress = {
  ...{ name: "pump.dispense", word: "", percent: 52.4, elapsedMs: 12_300, leftMs: 11_900, detail: "2.6 of 5 mL" },
};

test.each([
  [80, "pump.dispense [###############...............] 52% 0:12 ~0:11 left 2.6 of 5 mL"],
  [50, "pump.dispense [##...] 52% 0:12 ~0:11 left 2.6 o..."],
  [29, "[###....] 52% 0:12 ~0:11 left"],
  [19, "52% 0:12 ~0:11 left"],
  [12, "52% 0:12"],
  [3, "52%"],
])("in %i columns the bar tells what matters most", (columns, bar) => {
  expect(progressBar(half, columns)).toBe(bar);
});

test("that it is being cancelled is told before all else", () => {
  const cancelling = { ...half, word: "cancelling...", leftMs: undefined };
  expect(progressBar(cancelling, 19)).toBe("cancelling... 52%");
  expect(progressBar(cancelling, 60)).toMatch(/^pump\.dispense cancelling\.\.\. \[#+\.+\] 52% 0:12 2\.6 of 5 mL$/);
});

test("where nobody tells how far it is something moves there and back", () => {
  const at = (elapsedMs: number) =>
    progressBar({ ...half, percent: null, leftMs: undefined, elapsedMs }, 24).replace(/0:0\d/, "0:0X");
  const bars = [0, 400, 1200, 2000].map(at);
  expect(bars).toEqual(["[##...]", "[.##..]", "[...##]", "[.##..]"].map((bar) => `${bar} 0:0X 2.6 of 5 mL`));
});

test("the bar is never wider than it may be, whatever is in it", () => {
  const progress = fc.record({
    name: fc.string({ unit: "grapheme" }),
    word: fc.constantFrom("", "waits", "cancelling..."),
    percent: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
    elapsedMs: fc.nat(10 ** 8),
    leftMs: fc.option(fc.nat(10 ** 8), { nil: undefined }),
    detail: fc.string({ unit: "grapheme" }),
  });
  fc.assert(
    fc.property(progress, fc.integer({ min: 1, max: 120 }), (shown, columns) => {
      expect(columnsOf(progressBar(shown, columns))).toBeLessThanOrEqual(columns);
    }),
  );
});

test("wide characters take two places, and those above others none", () => {
  expect([columnsOf("温度"), columnsOf("e\u0301"), fitted("温度計です", 7)]).toEqual([4, 1, "温度..."]);
});

test("the time that is left goes by what has been done, and runs down while nothing is told", () => {
  const left = new TimeLeft(1000);
  expect(left.left(2000)).toBeUndefined();
  left.told(25, 3000);
  expect([left.left(3000), left.left(4000), left.left(60_000)]).toEqual([6000, 5000, 0]);
  left.told(null, 4000);
  expect(left.left(4000)).toBeUndefined();
});

test("what is told stands above the line, which is drawn anew; a window made narrower leaves nothing of it", () => {
  const shell = testShell({}, true, undefined, { columns: 40 });
  const line = new LiveLine(shell.stderr, shell);
  line.show((columns) => ({ text: "x".repeat(columns) }));
  line.above("log");
  const x = (n: number) => "x".repeat(n);
  expect(shell.screen).toBe(`\r${x(39)}\x1b[J\r\x1b[Jlog\n\r${x(39)}\x1b[J`);
  line.show((columns) => ({ text: "x".repeat(columns) }));
  expect(shell.screen.length).toBe(2 * 43 + 8);
  // The terminal has broken 39 into two lines of 20.
  shell.resize(20);
  expect(shell.screen.endsWith(`\x1b[1A\r${x(19)}\x1b[J`)).toBe(true);
  expect(shell.listeners).toBe(1);
  line.close();
  expect([shell.screen.endsWith("\r\x1b[J"), shell.listeners]).toEqual([true, 0]);
});

test.each([
  [7_999, "0:07"],
  [-1, "0:00"],
  [3_599_000, "59:59"],
  [3_723_000, "1:02:03"],
  [360_000_000, "100:00:00"],
])("%i ms are %s", (ms, text) => {
  expect(minutes(ms)).toBe(text);
});

test("nothing is told to be done before it is", () => {
  expect(progressBar({ ...half, percent: 99.9 }, 80)).toContain(" 99% ");
});
