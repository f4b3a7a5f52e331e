import { expect, test } from "vitest";
import { optionsOf } from "../../src/cli/completion/wanted.ts";
import { told, toldOf } from "../../src/cli/help/told.ts";
import { run } from "../../src/cli/run.ts";
import { testShell } from "../cli/shell.ts";

async function printed(...argv: readonly string[]): Promise<string> {
  const shell = testShell();
  expect(await run(argv, shell)).toBe(0);
  return shell.printed.join("\n");
}

const names = (await printed("completion", "words", "--", "")).split("\n").slice(0, -3);

test("the help shows every command once, below what it is for, in lines of 80 columns", async () => {
  const lines = (await printed("--help")).split("\n");
  for (const name of names) expect(lines.filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1);
  for (const title of Object.keys(told)) expect(lines).toContain(title);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(names.length).toBeGreaterThan(25);
});

test.each(names)("benchd help %s has an example, of options that there are", async (name) => {
  const example = toldOf(name)?.example ?? "";
  const help = await printed("help", name);
  expect(help.split("\n").at(-1)).toBe(`Example: ${example}`);
  const [, own = ""] = example.split(`benchd ${name}`);
  expect(example).toContain(`benchd ${name}`);
  const [usage = "", , summary = "", , ...lines] = help.split("\n");
  const known = optionsOf({ usage, summary, help: lines.map((line) => line.slice(2)), run: async () => 0 });
  const used = own.split("&&")[0]?.match(/--[a-z][a-z-]*/g) ?? [];
  // Those of an action are its own.
  if (name !== "invoke") for (const option of used) expect([...known.keys()]).toContain(option);
});

test.each(names)("subcommands of %s that are completed are told in its help", async (name) => {
  const words = toldOf(name)?.words ?? [];
  const help = await printed("help", name);
  for (const one of Array.isArray(words) ? [] : Object.keys(words)) expect(help).toMatch(new RegExp(`\\b${one}\\b`));
});

test("what follows -- is no question for help", async () => {
  expect(await printed("completion", "words", "--", "get", "--help")).toBe("--help");
});
