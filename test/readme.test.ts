import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { run } from "../src/cli/run.ts";
import { testShell } from "./cli/shell.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const walk = readme.slice(readme.indexOf("## First run"), readme.indexOf("## From a notebook"));
const blocks = [...walk.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);

const bash = promisify(execFile);
const hasTools = await bash("bash", ["-c", "command -v curl sed"]).then(
  () => true,
  () => false,
);

test("the README has a walk-through, and its first two commands are for a fresh machine", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(5);
  expect(readme).toMatch(/^# benchd\n\n```sh\nnpm ci && npm start .*\nnpm ci && npm test .*\n```/);
});

test.runIf(hasTools)("the README's walk-through runs as printed: dose, follow, cancel, read the log", async () => {
  const shell = testShell();
  const ended = run(["serve", "--mock", "--time-scale", "20", "--port", "0", "--config", "examples/bench.yaml"], shell);
  const { msg } = await shell.hasLogged(/benchd listens on/);
  const [url = ""] = /http:\S+/.exec(String(msg)) ?? [];
  const script = blocks.map((block) => block.replaceAll("http://127.0.0.1:5000", url)).join("\necho; echo ----\n");
  const { stdout } = await bash("bash", ["-e", "-o", "pipefail", "-c", script]);
  const [address, followed, cancelled, output, stops] = stdout.split("\n----\n");
  expect(address?.trim()).toMatch(/^[-0-9a-f]{36}$/);
  expect(JSON.parse(followed ?? "")).toMatchObject({ status: "running", action: "/dispenser/dose" });
  // DELETE answers null; then comes the cancelled invocation.
  const first = JSON.parse(cancelled?.trim().replace(/^null/, "") ?? "");
  expect(first).toMatchObject({ status: "cancelled", reason: "client", forced: false });
  expect(first.log.at(-1).message).toContain("was cancelled");
  const [second, mass] = (output ?? "").trim().split(/(?<=\})(?=\{"mass")/);
  expect(JSON.parse(second ?? "")).toMatchObject({ status: "completed" });
  expect(JSON.parse(mass ?? "")).toEqual({ mass: expect.closeTo(0.5, 0) });
  expect(stops).toContain('"persisted"');
  shell.signal("SIGTERM");
  expect(await ended).toBe(0);
});
