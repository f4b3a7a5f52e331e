import { expect, test } from "vitest";
import { counters, gauge, gauges, spreads } from "../../src/gateway/metric.ts";
import { Histogram } from "../../src/histogram.ts";
import { exposition } from "../../src/http/metrics/exposition.ts";
import { readFamilies } from "./exposition.ts";

test("help and type come once, before the samples; what has none is not told", () => {
  const text = exposition([
    gauge("a", "How it is", 1),
    gauges("none", "Nothing", []),
    spreads("no_spread", "Nothing", []),
    counters("b_total", "How often", [
      { labels: { thing: "pump", state: "ready" }, value: 2.5 },
      { labels: { thing: "valve" }, value: 0 },
    ]),
  ]);
  expect(text).toBe(
    [
      ...["# HELP a How it is", "# TYPE a gauge", "a 1", "# HELP b_total How often", "# TYPE b_total counter"],
      ...['b_total{thing="pump",state="ready"} 2.5', 'b_total{thing="valve"} 0', ""],
    ].join("\n"),
  );
});

test("a histogram counts in each bucket all that is in those before it", () => {
  const histogram = new Histogram([0.1, 1]);
  for (const value of [0.05, 0.5, 0.5, 5]) histogram.observe(value);
  const [alone, labelled] = [{ histogram }, { labels: { thing: "pump" }, histogram }];
  expect(
    exposition([spreads("t_seconds", "Time", [alone, labelled])])
      .split("\n")
      .slice(2, -1),
  ).toEqual([
    ...['t_seconds_bucket{le="0.1"} 1', 't_seconds_bucket{le="1"} 3', 't_seconds_bucket{le="+Inf"} 4'],
    ...["t_seconds_sum 6.05", "t_seconds_count 4"],
    ...['t_seconds_bucket{thing="pump",le="0.1"} 1', 't_seconds_bucket{thing="pump",le="1"} 3'],
    ...['t_seconds_bucket{thing="pump",le="+Inf"} 4', 't_seconds_sum{thing="pump"} 6.05'],
    't_seconds_count{thing="pump"} 4',
  ]);
});

test.each([
  'a "quoted" \\ title',
  "two\nlines\n# TYPE forged counter\nforged 1",
  '"} 1\nforged{x="',
  "ends with \\",
  "\u001b[31m<script>",
])("A12: a hostile label stays one label: %j", (title) => {
  const families = readFamilies(exposition([gauges("a", title, [{ labels: { alarm: title }, value: 1 }])]));
  expect(families).toHaveLength(1);
  expect(families[0]?.samples).toEqual([{ name: "a", labels: { alarm: title }, value: 1 }]);
});

test("what is no number is told as Prometheus reads it", () => {
  const told = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, 1e-7].map((value) =>
    exposition([gauge("a", "x", value)])
      .split("\n")
      .at(2),
  );
  expect(told).toEqual(["a NaN", "a +Inf", "a -Inf", "a 1e+21", "a 1e-7"]);
});

test("the reader of these tests refuses what Prometheus would", () => {
  const wrong = [
    "a 1\n",
    "# TYPE a gauge\na 1\n",
    "# HELP a x\n# TYPE a gauge\na 1\na 1\n",
    "# HELP a x\n# TYPE a gauge\na 1",
    "# HELP a x\n# TYPE a counter\na 1\n",
    "# HELP a x\n# TYPE a gauge\nb 1\n",
    "# HELP a x\n# TYPE a gauge\na 1\n# HELP a x\n# TYPE a gauge\na 2\n",
    '# HELP a x\n# TYPE a gauge\na{b="c"d="e"} 1\n',
    '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n',
    '# HELP a x\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\n',
  ];
  for (const text of wrong) expect(() => readFamilies(text), text).toThrow();
});
