import { afterEach, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { procedure } from "../experiment/runs/written.ts";
import { served } from "./served.ts";
import { testShell } from "./shell.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function serve() {
  const { gateway, url, close } = await served("things:\n  counter: { driver: counter }\n");
  cleanUp.push(close);
  const shell = testShell({ USER: "ada" });
  const benchd = (...args: string[]) => run([...args, "--url", url], shell);
  return { gateway, shell, benchd, url };
}

test("what is asked is told and answered on the command line, by the kind of value that is wanted", async () => {
  const { gateway, shell, benchd, url } = await serve();
  const { prompts, runs } = gateway.experiments;
  expect([await benchd("prompts", "list"), shell.printed]).toEqual([0, []]);
  const steps = [
    { ask: "Put the\u001b[2J beaker there" },
    { ask: "How cold?", schema: { type: "number", unit: "Cel" }, timeout: "10 min" },
  ];
  const invocation = runs.start({ procedure: procedure(steps), requestedBy: "ada" });
  await expect.poll(() => prompts.all.length).toBe(1);
  const [first] = prompts.all;
  await benchd("prompts", "list");
  expect(shell.printed).toEqual([
    `gateway (run): Put the\\x1b[2J beaker there\n  benchd prompts answer ${first?.id} --url ${url}`,
  ]);
  expect(await benchd("prompts", "answer", first?.id ?? "")).toBe(0);
  await expect.poll(() => prompts.all[0]?.message).toBe("How cold?");
  const id = prompts.all[0]?.id ?? "";
  await benchd("prompts", "list");
  expect(shell.printed.at(-1)).toMatch(/How cold\? \((600|599) s left\)\n .* \[number, in Cel\] --url/);
  for (const [value, why] of [
    [[], "an answer is needed"],
    [["cold"], '"cold" cannot be read'],
    [['"cold"'], "should be a valid number"],
    [["-1,500"], '"-1,500" may mean two things: write -1500, or -1.500'],
  ] as const) {
    expect([value, await benchd("prompts", "answer", id, ...value)]).toEqual([value, 1]);
    expect(shell.told.at(-1)).toContain(why);
  }
  expect(await benchd("prompts", "answer", id, "-12,5")).toBe(0);
  await invocation.over;
  expect(invocation.log.entries().map(({ message }) => message)).toContain("127.0.0.1 has answered: -12.5");
  expect(await benchd("prompts", "answer", id, "3")).toBe(1);
  expect(shell.told.at(-1)).toContain("has answered");
});

test("what is no question, and what is no command, is told with what to do", async () => {
  const { shell, benchd } = await serve();
  for (const [args, why] of [
    [["answer", "x", "1"], 'asks nothing by the id "x"'],
    [["answer", crypto.randomUUID()], "list tells what it asks"],
    [["answer"], "say which"],
    [["anser", "x"], "list, or answer"],
    [[], "list, or answer"],
  ] as const) {
    expect([args, await benchd("prompts", ...args)]).toEqual([args, 64]);
    expect(shell.told.join("\n")).toContain(why);
  }
});
