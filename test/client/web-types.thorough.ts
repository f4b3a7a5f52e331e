import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = new URL("../..", import.meta.url).pathname;

test("the client's types are to be had in a project for browsers, without those of Node", () => {
  mkdirSync(join(root, "var"), { recursive: true });
  const folder = mkdtempSync(join(root, "var/web-"));
  try {
    const compilerOptions = { lib: ["ES2023", "DOM", "DOM.Iterable"], types: [], rootDir: root };
    const config = { extends: "../../tsconfig.json", compilerOptions, include: ["../../src/client", "page.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    writeFileSync(
      join(folder, "page.ts"),
      `import { connect } from "benchd/client";
export const show = (element: HTMLElement) =>
  connect(location.origin).thing("counter").read("counter").then((value) => { element.textContent = String(value); });
// @ts-expect-error there is none of this in a browser
process.exit();
`,
    );
    const compile = () =>
      execFileSync(join(root, "node_modules/.bin/tsc"), ["--noEmit", "-p", folder], { encoding: "utf8" });
    expect(compile()).toBe("");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
