import { spawnSync } from "node:child_process";
import { transform } from "esbuild";
import { expect, test } from "vitest";
import { blocks } from "./blocks.ts";

const programs = blocks();
const hasPython = spawnSync("python3", ["--version"]).status === 0;

test.runIf(hasPython)("each Python program in the documentation is one that Python can read", () => {
  const found = programs.filter(({ language }) => language === "python");
  expect(found.length).toBeGreaterThan(10);
  const read = `
import ast, json, sys
for at, text in json.load(sys.stdin):
    try:
        ast.parse(text)
    except SyntaxError as wrong:
        print(at, wrong)
`;
  const input = JSON.stringify(found.map(({ page, line, text }) => [`${page}:${line}`, text]));
  const { stdout, stderr } = spawnSync("python3", ["-c", read], { input, encoding: "utf8" });
  expect(stdout + stderr).toBe("");
});

test("each program in JavaScript or TypeScript is one that a compiler can read", async () => {
  const found = programs.filter(({ language }) => language === "js" || language === "ts");
  expect(found.length).toBeGreaterThan(15);
  for (const { page, line, text } of found) {
    // What is left out.
    const whole = text.replaceAll("…", "");
    await expect(
      transform(whole, { loader: "ts", format: "esm", target: "es2023" }),
      `${page}:${line}`,
    ).resolves.toBeDefined();
  }
});
