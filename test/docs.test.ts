import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flawsOf } from "./drivers/page.ts";
import { guideExamples } from "./guide-examples.ts";

const root = new URL("..", import.meta.url).pathname;
const guide = await readFile(join(root, "docs/driver-guide.md"), "utf8");
const examples = await guideExamples();
const readme = await readFile(join(root, "README.md"), "utf8");

test.each(["hotplate.ts", "hotplate.twin.ts", "hotplate.test.ts", "hotplate.contract.test.ts"])(
  "%s in the guide is what benchd new-driver begins with",
  async (name) => {
    const template = await readFile(join(root, "templates/driver", name), "utf8");
    expect(examples.find((example) => example.name === name)?.code).toBe(template);
  },
);

test("the smallest driver has at most 20 lines, and the README shows the same", () => {
  const smallest = examples.find(({ name }) => name === "thermometer.ts")?.code ?? "";
  expect(smallest.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
  expect(smallest).toContain("defineThing");
  expect(readme).toContain(smallest);
});

test("the page that the guide ends with is one that benchd would take", () => {
  const [, page = ""] = /^````md hotplate\.md\n([\s\S]*?)^````$/m.exec(guide) ?? [];
  const offered = ["speed", "temperature", "setpoint", "stir", "stalled", "maxTemperature"];
  expect(flawsOf("hotplate", page, offered)).toEqual([]);
});
