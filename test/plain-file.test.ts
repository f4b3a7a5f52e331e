import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { run } from "../src/cli/run.ts";
import { readFileJob } from "../src/experiment/schedule/starter.ts";
import { readText } from "../src/gateway/config/text.ts";
import { readPlainFile } from "../src/plain-file.ts";
import { testShell } from "./cli/shell.ts";

let folder = "";
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "benchd-plain-"));
  execFileSync("mkfifo", [at("pipe")]);
  mkdirSync(at("folder"));
  writeFileSync(at("huge"), "");
  truncateSync(at("huge"), 2 ** 33);
});

/** What nobody may wait for, and why it is refused. */
const unfit = [
  ["pipe", /pipe: that is no file, but a pipe or a device/],
  ["/dev/zero", /zero: that is no file, but a pipe or a device/],
  ["folder", /folder: that is a folder: name the file in it/],
  ["huge", /huge: that is larger than \d+ KiB/],
] as const;
const path = (name: string) => (name.startsWith("/") ? name : at(name));

test.each(unfit)("a configuration that is %s is refused at once", async (name, message) => {
  await expect(readText(path(name))).rejects.toThrow(message);
});

test.each(unfit)("a scheduled procedure that is %s is refused at once", async (name, message) => {
  await expect(readFileJob(path(name), {})).rejects.toThrow(message);
});

test.each(unfit)("what a command line names is refused at once when it is %s", async (name, message) => {
  const file = path(name);
  for (const [exits, ...args] of [
    [78, "check", file],
    [78, "serve", "--config", file],
    [64, "procedure", "check", file],
    [64, "procedure", "store", file],
    [64, "run", file],
  ] as const) {
    const shell = testShell();
    expect([args, await run(args, shell)]).toEqual([args, exits]);
    expect(shell.told.join("\n")).toMatch(message);
  }
});

test("a file may be exactly as large as it may, also one that does not tell its size", async () => {
  writeFileSync(at("text"), "x".repeat(100_000));
  expect((await readPlainFile(at("text"), 100_000)).bytes?.length).toBe(100_000);
  expect((await readPlainFile(at("text"), 99_999)).bytes).toBeUndefined();
  expect((await readPlainFile("/proc/self/status", 100_000)).bytes?.toString()).toContain("VmRSS");
  expect((await readPlainFile("/proc/self/status", 10)).bytes).toBeUndefined();
});

test("what this process was given open is read, pipe or not, and no more of it than may be", async () => {
  const zeros = openSync("/dev/zero", "r");
  expect((await readPlainFile(`/dev/fd/${zeros}`, 1000)).bytes).toBeUndefined();
  closeSync(zeros);
  // What a shell makes of `benchd check <(…)`.
  const shell = spawn("bash", ["-c", "exec 3< <(echo 'things: {}'); echo made; exec sleep 1000"]);
  await once(shell.stdout, "data");
  const pipe = openSync(`/proc/${shell.pid}/fd/3`, "r");
  expect(await readText(`/dev/fd/${pipe}`)).toBe("things: {}\n");
  closeSync(pipe);
  shell.kill();
});
