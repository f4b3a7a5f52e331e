import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleText } from "../../bundle/bundle.ts";
import { bench, installed, started } from "./installed.ts";

/** A real process, looked at from outside, on a machine that has other things to do. */

const hasStrace = spawnSync("strace", ["-V"]).status === 0;

let main = "";
beforeAll(async () => {
  main = await bundleText('import "./power-cut/main.ts";', join(installed, "dist/power-cut"));
});

async function cuts(...options: readonly string[]) {
  const args = [main, "--cuts", "80", "--requests", "80", "--seed", "1", ...options];
  const { lines, ended, complaints } = started(process.execPath, args, bench, { TMPDIR: bench });
  let said = "";
  for await (const line of lines) said += `${line}\n`;
  return { status: await ended, said: said + complaints() };
}

describe.runIf(hasStrace)("F36 the power goes", () => {
  it.concurrent("at any write of the history: it opens, and what was promised to be on the disk is there", async () => {
    const { status, said } = await cuts();
    expect(said).toContain("| violations | 0 |");
    expect(said).toMatch(/\| power cuts \| 81 \|.*anything \d+/);
    expect(status).toBe(0);
  });

  it.concurrent("and a disk that has synced nothing of it is found out", async () => {
    const { status, said } = await cuts("--ignore-syncs");
    expect(said).toMatch(/the setting is undefined, but \d+ was answered/);
    expect(status).toBe(1);
  });
});
