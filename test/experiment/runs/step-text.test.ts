import { expect, test } from "vitest";
import { stepText } from "../../../src/experiment/runs/step-text.ts";

const standing = { path: "steps[0]", place: { line: 1, column: 1 }, onTimeout: "fail" as const };

test("a question is told with its references as people write them", () => {
  const message = `Take $\{dose.value} g away, and pay 3 $$`;
  expect(stepText({ ...standing, kind: "ask", message })).toBe("ask: Take $dose.value g away, and pay 3 $");
});

test("a long question is cut", () => {
  const text = stepText({ ...standing, kind: "ask", message: "wash it ".repeat(100) });
  expect(text.length).toBeLessThanOrEqual(201);
  expect(text).toMatch(/^ask: wash it .*…$/);
});
