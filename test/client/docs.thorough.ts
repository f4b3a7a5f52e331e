import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { run } from "../../src/cli/run.ts";
import { testShell } from "../cli/shell.ts";
import { blocksOf } from "../commands/blocks.ts";

const root = new URL("../..", import.meta.url).pathname;
const page = readFileSync(join(root, "docs/client.md"), "utf8");
const examples = blocksOf("docs/client.md", page)
  .filter(({ language, name }) => language === "ts" && name !== "")
  .map(({ name, text }) => ({ name, code: text }));

let folder = "";
let end: () => Promise<unknown>;
beforeAll(async () => {
  const shell = testShell();
  const config = join(root, "examples/bench.yaml");
  const ended = run(["serve", "--mock", "--time-scale", "20", "--port", "0", "--config", config], shell);
  const { msg } = await shell.hasLogged(/benchd listens on/);
  const [url = ""] = /http:\S+/.exec(String(msg)) ?? [];
  end = () => {
    shell.signal("SIGTERM");
    return ended;
  };
  // Below the project, so that benchd/client is found.
  mkdirSync(join(root, "var"), { recursive: true });
  folder = mkdtempSync(join(root, "var/client-"));
  for (const { name, code } of examples)
    writeFileSync(join(folder, name), `${code.replaceAll("http://127.0.0.1:5000", url)}\nexport {};\n`);
  expect(await run(["types", url, "--out", join(folder, "bench.ts")], testShell())).toBe(0);
  const compilerOptions = { rootDir: root, lib: ["ESNext"] };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"] }),
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await end();
});

test("every example of the client's page compiles, with the types of the bench that runs", () => {
  expect(examples.length).toBeGreaterThanOrEqual(7);
  const compile = () =>
    spawnSync(join(root, "node_modules/.bin/tsc"), ["--noEmit", "-p", folder], { encoding: "utf8" });
  expect(compile().stdout).toBe("");
});

const expected: Readonly<Record<string, unknown>> = {
  "dose.ts": expect.arrayContaining([
    expect.stringMatching(/^running/),
    expect.stringMatching(/^dosed \{"mass":0\.[45]/),
  ]),
  "typed.ts": ["0.50 mL"],
  "cancel.ts": [expect.stringMatching(/^cancelled: client/)],
  "ctrl-c.ts": [expect.stringMatching(/^\d+$/)],
  "watch.ts": Array(3).fill(expect.stringMatching(/^counter \d+$/)),
  "events.ts": [
    "connecting ",
    "open ",
    ...["pending", "running", "completed"].map((status) => `counter noop ${status}`),
  ],
  "others.ts": ["image/jpeg true", "true"],
};

test.each(examples.map(({ name }) => name))("%s does what it says", async (name) => {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...words: readonly unknown[]) => {
    said.push(words.map((word) => (typeof word === "string" ? word : JSON.stringify(word))).join(" "));
  });
  try {
    await import(/* @vite-ignore */ join(folder, name));
  } finally {
    log.mockRestore();
  }
  expect(said).toEqual(expected[name]);
});
