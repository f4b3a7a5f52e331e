import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ends } from "./client.ts";
import { bench, benchd, listening, main } from "./installed.ts";

/** What the script of the real benchd makes of a line in a real bash. */
async function inBash(...words: readonly string[]): Promise<readonly string[]> {
  const script = `
    benchd() { "$NODE" "$MAIN" "$@"; }
    source <(benchd completion bash)
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _benchd
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...process.env, NODE: process.execPath, MAIN: main };
  const { stdout } = await promisify(execFile)("bash", ["--norc", "-c", script, "bash", "benchd", ...words], { env });
  return stdout.split("\n").filter((line) => line !== "");
}

test("the real benchd completes in a real bash, by what its gateway has", async () => {
  writeFileSync(
    join(bench, "completed.yaml"),
    "things: { counter: { driver: counter }, courier: { driver: counter } }",
  );
  const gateway = benchd("serve", "--mock", "--port", "0", "--config", "completed.yaml");
  const url = await listening(gateway);
  expect(await inBash("sched")).toEqual(["schedules"]);
  expect(await inBash("serve", "--mo")).toEqual(["--mock"]);
  // On a machine that is busy a gateway may need longer than anybody waits.
  const offered = (...words: readonly string[]) => expect.poll(() => inBash(...words), { timeout: 60_000 });
  await offered("get", "--url", url, "cou").toEqual(["counter", "courier"]);
  await offered("invoke", "--url", url, "counter", "slow").toEqual(["slow_count"]);
  await offered("record", "--url", url, "counter.co").toEqual(["counter.counter"]);
  expect(await ends(gateway)).toBe(0);
  expect(await inBash("get", "--url", url, "cou")).toEqual([]);
}, 240_000);
