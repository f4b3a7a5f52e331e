import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** All that the tests leave on the disk is in one folder, and goes with it: also what is left by one that fails. */
const folder = mkdtempSync(join(tmpdir(), "benchd-tests-"));

export function setup(): void {
  process.env["TMPDIR"] = folder;
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
