import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../../../src/cli/run.ts";
import { served } from "../served.ts";
import { testShell } from "../shell.ts";

let folder = "";
let file = "";
const cleanUp: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-procedure-"));
  file = join(folder, "counting.yaml");
  await writeFile(join(folder, "benchd.yaml"), "things: { counter: { driver: counter } }\n");
});
afterEach(async () => {
  for (const close of cleanUp.splice(0)) await close();
  await rm(folder, { recursive: true, force: true });
});

const counting = `title: Counting
parameters: { n: { type: integer, default: 2, minimum: 1, maximum: 10, description: How often } }
steps:
  - repeat: { times: $n, steps: [invoke: counter.increment] }
`;

async function check(text: string | Uint8Array, ...more: readonly string[]) {
  await writeFile(file, text);
  const shell = testShell();
  const status = await run(["procedure", "check", file, "--config", join(folder, "benchd.yaml"), ...more], shell);
  const plain = (lines: readonly string[]) => lines.join("\n").replaceAll(file, "FILE");
  return { status, printed: plain(shell.printed), told: plain(shell.told) };
}

test("a procedure that fits the configuration is said to be in order, with its parameters", async () => {
  const printed = (n: number) => `FILE: ok, Counting: 2 steps with counter\n  n = ${n} (How often)`;
  expect(await check(counting)).toEqual({ status: 0, printed: printed(2), told: "" });
  expect(await check(counting, "--set", "n=5")).toEqual({ status: 0, printed: printed(5), told: "" });
});

test("every mistake is told with its file, line, column and step, and what may have been meant", async () => {
  expect(await check(counting.replace("increment", "incremnt"))).toEqual({
    ...{ status: 1, printed: "" },
    told: 'benchd: FILE:4:42 steps[0].repeat[0]: counter has no action "incremnt"; did you mean "increment"?',
  });
  expect(await check(`${counting}  - wayt: 1 s\n  - wait: 1\n`)).toMatchObject({
    status: 1,
    told: expect.stringMatching(
      /^benchd: FILE has 2 mistakes:\n {2}FILE:5:5 steps\[1\]: .+\n {2}FILE:6:11 steps\[2\]: /,
    ),
  });
  const odd = await check(counting, "--set", "n=11", "--set", "m=1");
  expect(odd).toMatchObject({ status: 1, told: expect.stringContaining("n must be at most 10, not 11") });
  expect(odd.told).toContain('there is no parameter "m"');
});

test.each([
  [["check"], "the FILE of the procedure is missing"],
  [["chek"], "say what to do: check, store, list, show"],
  [["check", "/nowhere.yaml"], "there is no such file"],
  [["check", "/"], "that is a folder"],
])("benchd procedure %j is told to be wrong", async (argv, message) => {
  const shell = testShell();
  expect(await run(["procedure", ...argv], shell)).toBe(64);
  expect(shell.told.join("\n")).toContain(message);
});

test("what is no text is told to be none", async () => {
  expect(await check(Uint8Array.of(0x74, 0xff, 0xfe))).toMatchObject({
    status: 64,
    told: expect.stringContaining("UTF-8"),
  });
});

test("a procedure is stored by its file's name, listed, and shown as it was stored", async () => {
  const { url, close } = await served("things: { counter: { driver: counter } }");
  cleanUp.push(close);
  await writeFile(file, counting);
  const shell = testShell();
  const benchd = (...args: string[]) => run(["procedure", ...args, "--url", url], shell);
  expect(await benchd("store", file)).toBe(0);
  expect(await benchd("store", file)).toBe(0);
  expect(await benchd("store", file, "--name", "other")).toBe(0);
  expect(await benchd("list")).toBe(0);
  expect(await benchd("show", "counting@1")).toBe(0);
  expect(shell.printed.map((line) => line.replaceAll(file, "FILE"))).toEqual([
    "FILE is stored as counting@1.",
    "FILE is counting@1 already.",
    "FILE is stored as other@1.",
    "counting@1  Counting",
    "other@1  Counting",
    counting.trimEnd(),
  ]);
  await writeFile(file, counting.replace("increment", "incremnt"));
  expect(await benchd("store", file)).toBe(0);
  expect(shell.told.at(-1)).toContain(`warning: this bench cannot run it yet: ${file}:4:42 `);
  await writeFile(file, "title: x");
  expect(await benchd("store", file)).toBe(1);
  expect(shell.told.at(-1)).toBe(`benchd: ${file}:1:1: a procedure needs steps: say steps: and a list below it`);
  expect(await benchd("show", "nothing")).toBe(1);
  expect(shell.told.at(-1)).toContain('there is no procedure "nothing"');
});
