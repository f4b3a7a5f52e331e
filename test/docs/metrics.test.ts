import { expect, test } from "vitest";
import { metricNames, projectFile } from "./metric-names.ts";

const names = metricNames();

test("each figure of /metrics has one row in docs/metrics.md, which tells of no other", () => {
  expect(names.size).toBeGreaterThan(40);
  const rows = [...projectFile("docs/metrics.md").matchAll(/^\| `([a-z_]+)` \| (counter|gauge|histogram) \|/gm)];
  expect(rows.map(([, name]) => name).sort()).toEqual([...names].sort());
  // By their names one knows them.
  for (const [, name = "", type] of rows) expect([name, name.endsWith("_total")]).toEqual([name, type === "counter"]);
});
