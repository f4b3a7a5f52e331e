import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { metricNames, projectFile } from "./metric-names.ts";

const known = metricNames();
const named = (text: string) => [...text.matchAll(/\b((?:benchd|process)_[a-z_]+)\b/g)].map(([, name = ""]) => name);
/** As it is told: of a histogram its parts have names of their own. */
const isKnown = (name: string) => known.has(name) || known.has(name.replace(/_(bucket|sum|count)$/, ""));

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: { readonly runbook_url: string };
    }[];
  }[];
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly datasource?: unknown;
  readonly targets?: readonly { readonly expr: string; readonly datasource: unknown }[];
}

const rules = (parse(projectFile("observability/prometheus/alerts.yaml")) as Rules).groups.flatMap(
  (group) => group.rules,
);

test("each figure that alerts and their tests name is one that is told", () => {
  const folder = fileURLToPath(new URL("../../observability/prometheus/", import.meta.url));
  const files = readdirSync(folder);
  expect(files).toHaveLength(3);
  for (const file of files) {
    const unknown = named(projectFile(`observability/prometheus/${file}`)).filter((name) => !isKnown(name));
    expect([file, unknown]).toEqual([file, []]);
  }
});

test("each alert has a test, and a heading of its own that tells what to do", () => {
  expect(rules.length).toBeGreaterThan(10);
  const page = projectFile("docs/operations.md");
  const tests = parse(projectFile("observability/prometheus/alerts.test.yaml")) as { tests: { name: string }[] };
  expect(tests.tests.map(({ name }) => name)).toEqual(rules.map(({ alert }) => alert));
  const headings = [...page.matchAll(/^#### Alert: (\w+)\n\n\S/gm)].map(([, name]) => name);
  expect(headings).toEqual(rules.map(({ alert }) => alert));
  for (const { alert, annotations } of rules)
    expect(annotations.runbook_url).toBe(`docs/operations.md#alert-${alert.toLowerCase()}`);
});

test("the dashboard asks the data source that is chosen, for figures that are told, in panels that are told apart", () => {
  const dashboard = JSON.parse(projectFile("observability/grafana/benchd.json")) as {
    readonly panels: readonly Panel[];
    readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  };
  const { panels, templating } = dashboard;
  expect(templating.list[0]).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.filter(({ type }) => type === "row")).toHaveLength(6);
  const source = { type: "prometheus", uid: "$" + "{datasource}" };
  for (const { type, datasource, targets = [] } of panels) {
    if (type === "row") continue;
    expect(targets.length).toBeGreaterThan(0);
    for (const one of [{ datasource }, ...targets]) expect(one.datasource).toEqual(source);
    for (const { expr } of targets) expect([expr, named(expr).filter((name) => !isKnown(name))]).toEqual([expr, []]);
  }
});
