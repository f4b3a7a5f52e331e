import { describe, expect, it } from "vitest";
import { missing, withInterval } from "../../dashboard/timeline/coverage.ts";
import { packed } from "../../dashboard/timeline/lane.ts";
import { marksOf } from "../../dashboard/timeline/marks.ts";
import { TimelineModel } from "../../dashboard/timeline/model.ts";
import { Picture, placed, scaleOf } from "../../dashboard/timeline/picture.ts";
import { ticks } from "../../dashboard/timeline/ticks.ts";
import { panned, showing, spanned, windowOf, zoomed } from "../../dashboard/timeline/viewport.ts";
import { walked } from "../../dashboard/timeline/walk.ts";
import { fitting, wordsOf } from "../../dashboard/timeline/words.ts";
import { answer, at, invocation, second, told } from "./timeline-fixture.ts";

const ran = (id: string, from: number, to: number, more = {}) =>
  told(id, { requestedAt: at(from), startedAt: at(from), endedAt: at(to), ...more });

function modelOf(...bars: readonly ReturnType<typeof told>[]) {
  const model = new TimelineModel();
  model.read(answer({ pump: bars }));
  return model;
}

const scale = { from: second(0), to: second(100), pxPerMs: 0.01 };
const rowOf = (model: TimelineModel) => model.lane("pump").rows[0] ?? { items: [], ends: [] };

describe("the bars of a lane", () => {
  it("are drawn where they are in time, cut off at the ends of what is drawn", () => {
    const model = modelOf(ran("a", -20, 10), ran("b", 20, 30), ran("c", 90, 200), ran("d", 300, 400));
    const marks = marksOf(rowOf(model), scale);
    expect(marks.map(({ key, x, width }) => [key, x, width])).toEqual([
      ["a", 0, 100],
      ["b", 200, 100],
      ["c", 900, 100],
    ]);
  });

  it("are one where they are too small and too near, and look as the worst of them", () => {
    const small = Array.from({ length: 50 }, (_, n) => ran(`i${n}`, 10 + n / 10, 10 + n / 10 + 0.05));
    const model = modelOf(...small, ran("bad", 20, 20.1, { status: "error" }), ran("next", 20.1, 20.2));
    const marks = marksOf(rowOf(model), scale);
    expect(marks.map(({ count, look }) => [count, look])).toEqual([
      [50, "completed"],
      [2, "error"],
    ]);
    expect(marks[0]?.width).toBeCloseTo(52, 0);
  });

  it("are few however many invocations there are", () => {
    const many = Array.from({ length: 10_000 }, (_, n) => ran(`i${n}`, n, n + 0.5));
    const model = modelOf(...many);
    const day = { from: second(0), to: second(86_400), pxPerMs: 1600 / 86_400_000 };
    expect(marksOf(rowOf(model), day).length).toBeLessThan(20);
    const minute = { from: second(5000), to: second(5060), pxPerMs: 1600 / 60_000 };
    expect(marksOf(rowOf(model), minute).length).toBe(61);
  });

  it("do not grow to more rows than a lane has, whatever goes on at a time", () => {
    const model = modelOf(...Array.from({ length: 40 }, (_, n) => ran(`i${n}`, n / 10, 60)));
    expect(model.lane("pump").rows.length).toBe(6);
    expect(packed([]).rows).toEqual([]);
  });

  it("are drawn together the more, the more there are, so that a picture is never too much for a browser", () => {
    const many = Array.from({ length: 9000 }, (_, n) => ran(`i${n}`, n / 10, n / 10 + 0.08));
    const model = modelOf(...many);
    const wide = { from: second(0), to: second(900), pxPerMs: 0.1 };
    const [lane] = new Picture(model).draw({ things: ["pump"], scale: wide, open: new Set(), narrow: false });
    const marks = lane?.rows.flatMap((row) => row.marks) ?? [];
    expect(marks.length).toBeLessThanOrEqual(700);
    expect(marks.reduce((sum, { count }) => sum + count, 0)).toBe(9000);
  });

  it("are drawn again only when they are others, or are looked at otherwise", () => {
    const model = modelOf(ran("a", 1, 2));
    const picture = new Picture(model);
    const wish = { things: ["pump", "ph"], scale, open: new Set<string>(), narrow: false };
    const [pump, ph] = picture.draw(wish).map(({ rows }) => rows);
    model.apply(invocation("b", 5, {}));
    const [pumpThen, phThen] = picture.draw(wish).map(({ rows }) => rows);
    expect(phThen).toBe(ph);
    expect(pumpThen).not.toBe(pump);
    expect(picture.draw({ ...wish, scale: { ...scale, from: 1 } })[1]?.rows).not.toBe(ph);
  });

  it("have rows for the Things that an opened one calls, below it", () => {
    const model = new TimelineModel();
    const step = (n: number, thing: string, from: number) =>
      ({ kind: "step", n, thing, action: "go", status: "completed", from: at(from), to: at(from + 1) }) as const;
    const parts = [step(0, "pump", 1), step(1, "ph", 2), step(2, "pump", 3)];
    model.read(answer({ dispenser: [ran("a", 0, 10, { parts })], pump: [] }));
    const lanes = new Picture(model).draw({
      things: ["dispenser", "pump"],
      scale,
      open: new Set(["a"]),
      narrow: false,
    });
    expect(lanes[0]?.rows.map(({ marks, nested }) => [nested, ...marks.map(({ key }) => key)])).toEqual([
      [false, "a"],
      [true, "a/0", "a/2"],
      [true, "a/1"],
    ]);
    const item = model.itemAt("a/2");
    expect(item && placed(lanes, item)).toMatchObject({ y: (lanes[1]?.top ?? 0) + 5 });
  });

  it("have their words, also for who does not see them", () => {
    const model = modelOf(
      told("a", { requestedAt: at(0), startedAt: at(2), endedAt: at(14), outcome: "unknown", status: "error" }),
    );
    const item = model.itemAt("a");
    expect(item && wordsOf(item, second(60))).toMatch(
      /^pump dispense, outcome unknown, at .*, waited 2\.0 s, took 12 s$/,
    );
    expect(fitting("✓ dispense", 200)).toBe("✓ dispense");
    expect(fitting("✓ dispense", 40)).toBe("✓ dis…");
    expect(fitting("✓ dispense", 10)).toBe("✓");
    expect(fitting("✓ dispense", 3)).toBe("");
  });
});

describe("what is looked at", () => {
  const minutes = 60_000;
  const live = { spanMs: 15 * minutes, until: null };
  const edge = second(0);

  it("goes on with the time until somebody scrolls back, and again when he comes to the present", () => {
    expect(windowOf(live, edge).to).toBeGreaterThan(edge);
    const back = panned(live, -5 * minutes, edge);
    expect(windowOf(back, edge + minutes)).toEqual(windowOf(back, edge));
    expect(panned(back, 60 * minutes, edge)).toEqual(live);
  });

  it("is zoomed around what is pointed at, between a minute and a day", () => {
    const at = edge - 10 * minutes;
    const shorter = zoomed(live, -1, edge, at);
    const share = (view: typeof live | typeof shorter) => (at - windowOf(view, edge).from) / view.spanMs;
    expect(shorter.spanMs).toBe(5 * minutes);
    expect(share(shorter)).toBeCloseTo(share(live), 5);
    expect(zoomed({ spanMs: minutes, until: null }, -1, edge).spanMs).toBe(minutes);
    expect(zoomed({ spanMs: 1440 * minutes, until: null }, 1, edge).spanMs).toBe(1440 * minutes);
    expect(spanned(live, minutes, edge)).toEqual({ spanMs: minutes, until: null });
  });

  it("moves to what is to be shown, and stays where that is seen already", () => {
    expect(showing(live, edge - minutes, edge)).toBe(live);
    const { from, to } = windowOf(showing(live, edge - 60 * minutes, edge), edge);
    expect(from).toBeLessThan(edge - 60 * minutes);
    expect(to).toBeGreaterThan(edge - 60 * minutes);
  });

  it("is drawn with more to both sides, in steps, so that time passes without drawing", () => {
    const first = scaleOf(live, edge, 1600);
    expect(first.from).toBeLessThan(windowOf(live, edge).from);
    expect(first.to).toBeGreaterThan(windowOf(live, edge).to);
    const others = new Set(Array.from({ length: 240 }, (_, n) => scaleOf(live, edge + 250 * n, 1600).from));
    expect(others.size).toBeLessThanOrEqual(2);
  });

  it("has lines at round times", () => {
    const all = ticks(second(3), second(63), 0.02);
    expect(all.map(({ at }) => (at - second(0)) / 1000)).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    expect(all[0]?.text).toMatch(/:00:05$/);
    expect(ticks(second(0), second(86_400), 1600 / 86_400_000).length).toBeLessThan(30);
  });

  it("is read once: what is covered is told from what is missing", () => {
    const covered = withInterval(withInterval([], { from: 10, to: 20 }), { from: 30, to: 40 });
    expect(missing(covered, { from: 12, to: 18 })).toBeUndefined();
    expect(missing(covered, { from: 5, to: 35 })).toEqual({ from: 5, to: 30 });
    expect(missing(covered, { from: 15, to: 35 })).toEqual({ from: 20, to: 30 });
    expect(missing(covered, { from: 15, to: 50 })).toEqual({ from: 20, to: 50 });
    expect(withInterval(covered, { from: 20, to: 30 })).toEqual([{ from: 10, to: 40 }]);
  });
});

it("arrow keys walk along a lane, and to the nearest bar of the next that has some", () => {
  const model = new TimelineModel();
  model.read(answer({ pump: [ran("a", 0, 5), ran("b", 10, 20)], idle: [], ph: [ran("c", 1, 2), ran("d", 11, 12)] }));
  const lanes = ["pump", "idle", "ph"].map((thing) => ({ thing, lane: model.lane(thing) }));
  const b = model.itemAt("b");
  const to = (step: Parameters<typeof walked>[2], from = b) => walked(lanes, from, step, second(30))?.key;
  expect(to("left")).toBe("a");
  expect(to("right")).toBe("b");
  expect(to("down")).toBe("d");
  expect(to("up")).toBe("b");
  expect(to("up", model.itemAt("c"))).toBe("a");
  expect(to("first")).toBe("a");
  expect(walked(lanes, undefined, "right", second(30))?.key).toBe("b");
});
