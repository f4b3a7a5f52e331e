import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** All that the tests leave on the disk is in one folder, and goes with it: also what is left by one that fails. */
const folder = mkdtempSync(join(tmpdir(), "benchd-tests-"));

export function setup(): void {
  // Other users may go there as they may to the folder it stands in for.
  chmodSync(folder, 0o1777);
  process.env["TMPDIR"] = folder;
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}
