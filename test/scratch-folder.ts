import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** All that the tests leave on the disk is in one folder, and goes with it: also what is left by one that fails. */
export default function scratchFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "benchd-tests-"));
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
