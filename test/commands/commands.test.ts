import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../site/pages.ts";
import { blocks, blocksOf } from "./blocks.ts";
import { commands, commandsOf } from "./commands.ts";
import { rows } from "./elsewhere.ts";
import { examples } from "./examples.ts";
import { shapeFaults } from "./shape.ts";
import { standing } from "./stands.ts";

const all = commands();
const fits = (row: (typeof rows)[number]) =>
  all.filter(({ page, text }) => (row.page === undefined || row.page === page) && row.command.test(text));

test("the documentation has commands, on many pages", () => {
  expect(all.length).toBeGreaterThan(100);
  expect(new Set(all.map(({ page }) => page)).size).toBeGreaterThan(15);
});

test("each row for what is not typed as it stands is still about a command, and says one thing of it", () => {
  const stale = rows.filter((row) => fits(row).length === 0);
  expect(stale, "take these out of test/commands/elsewhere.ts").toEqual([]);
  for (const { runBy, cannot, cutOff, status } of rows)
    expect([runBy, cannot, cutOff, status].filter((one) => one !== undefined)).toHaveLength(1);
});

test("few commands can be run by nobody", () => {
  const nobody = rows.filter(({ cannot }) => cannot !== undefined).flatMap(fits);
  expect(nobody.length).toBeLessThanOrEqual(all.length / 8);
});

test("what is run by others is: the file that a row names has the words", () => {
  for (const { runBy } of [...rows, ...examples]) {
    if (!runBy) continue;
    const path = join(root, runBy.file);
    expect(existsSync(path) && readFileSync(path, "utf8").includes(runBy.words), `${runBy.file}: ${runBy.words}`).toBe(
      true,
    );
  }
});

test("each page that takes something as given is there, and has commands", () => {
  expect(standing.filter((page) => !all.some((command) => command.page === page))).toEqual([]);
});

const programs = blocks().filter(({ language }) =>
  ["python", "py", "js", "ts", "javascript", "typescript"].includes(language),
);
const forms = (row: (typeof examples)[number], block: (typeof programs)[number]) =>
  row.page === block.page && (row.begins === undefined ? block.name !== "" : block.text.startsWith(row.begins));

test("each program in the documentation has its row in test/commands/examples.ts: who runs it, or what it takes", () => {
  const without = programs.filter((block) => !examples.some((row) => forms(row, block)));
  expect(
    without.map(({ page, line, language, text }) => `${page}:${line} ${language}: ${text.split("\n")[0]}`),
  ).toEqual([]);
  const stale = examples.filter((row) => !programs.some((block) => forms(row, block)));
  expect(stale, "take these out of test/commands/examples.ts").toEqual([]);
});

const page = (text: string) => blocksOf("a.md", text).flatMap(commandsOf);

test("a command goes on over lines: behind a backslash, in quotes, in brackets; comments and outputs are none", () => {
  expect(
    page(
      "x\n\n```sh\n# first\na b \\\n  c   # it's one\nd 'e\nf'\ng $(h\n)\n```\n\n  ```console\n  $ i\n  {\"j\": 1}\n  $ k\n  ```\n",
    ),
  ).toEqual([
    { page: "a.md", line: 5, text: "a b \\\n  c   # it's one", shown: "" },
    { page: "a.md", line: 7, text: "d 'e\nf'", shown: "" },
    { page: "a.md", line: 9, text: "g $(h\n)", shown: "" },
    { page: "a.md", line: 14, text: "i", shown: '{"j": 1}\n' },
    { page: "a.md", line: 16, text: "k", shown: "" },
  ]);
});

test("an output is as the page shows it when its outermost keys, or its lines' first words, are", () => {
  expect(shapeFaults('{"a":1,"b":{"c":2}, …', '{"a":5,"b":null}')).toEqual([]);
  expect(shapeFaults('[{"a":1}]', "[]")).toEqual(['the page shows "a", which is not in what it said']);
  expect(shapeFaults("pump  ready\n…\n3.1 pH\n", "pump failed\n")).toEqual([]);
  expect(shapeFaults("pump  ready\n", "pumps failed\n")).toHaveLength(1);
});
