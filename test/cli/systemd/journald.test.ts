import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import koffi from "koffi";
import { expect, test } from "vitest";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const source = fileURLToPath(new URL("journald.ts", import.meta.url));
const own = ["-Urm", "sh", "-c", 'mount -t tmpfs benchd /run && mkdir -p /run/systemd/journal && exec "$@"', "sh"];
const hasPlace = spawnSync("unshare", [...own, "true"]).status === 0;

function hasLibrary(): boolean {
  try {
    return Boolean(koffi.load("libsystemd.so.0"));
  } catch {
    return false;
  }
}

test.runIf(hasPlace && hasLibrary())(
  "journald gets every field by the real library, and where nobody takes entries they are lines",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "benchd-journald-"));
    const program = join(folder, "journald.mjs");
    await build({
      entryPoints: [source],
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      outfile: program,
    });
    symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
    const { stdout, stderr } = spawnSync("unshare", [...own, process.execPath, program], { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect(stderr).toBe("");
    const { told, lines } = JSON.parse(stdout);
    expect(told).toEqual([
      {
        MESSAGE: "it drips\\nPRIORITY=0\\nMESSAGE=forged thing=pump",
        ...{ PRIORITY: "4", SYSLOG_IDENTIFIER: "benchd" },
        ...{ BENCHD_THING: "pump", BENCHD_ACTION: "dispense", BENCHD_INVOCATION: "01" },
        BENCHD_ENTRY: expect.stringMatching(/^\{"level":40,.*\}$/),
      },
      { MESSAGE: expect.stringMatching(/^long reply=é+/), PRIORITY: "6", SYSLOG_IDENTIFIER: "benchd" },
      { MESSAGE: "raw\nPRIORITY=0", PRIORITY: "5", SYSLOG_IDENTIFIER: expect.any(String) },
    ]);
    expect(lines).toEqual([expect.stringMatching(/^<3>.*"refused"/), expect.stringMatching(/^<3>.*"gone"/)]);
  },
);
