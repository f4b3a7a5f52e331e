import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BenchdError } from "../errors.ts";
import { loadKernel } from "../transport/kernel.ts";

/** Another benchd keeps its state there. */
export class StateInUseError extends BenchdError {
  readonly code = "BENCHD_STATE_IN_USE";
}

/**
 * Have the state directory to ourselves; returns how to give it back. The kernel frees the lock when the process ends,
 * however it ends, so none is ever left behind. Throws `StateInUseError`.
 */
export async function lockState(folder: string): Promise<() => void> {
  // A mock bench runs where there is no such kernel, too.
  const kernel = await loadKernel().catch(() => undefined);
  if (!kernel) return () => {};
  const file = join(folder, "benchd.lock");
  // Children do not get it: Node opens every file so.
  const fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o640);
  if (!kernel.lock(fd)) {
    closeSync(fd);
    const holder = /^\d+$/m.exec(readFileSync(file, "latin1"))?.[0];
    const who = holder === undefined ? "another benchd" : `another benchd (process ${holder})`;
    throw new StateInUseError(
      `${who} keeps its state in ${folder}: end it, or give this one a stateDirectory of its own`,
    );
  }
  ftruncateSync(fd);
  writeSync(fd, `${process.pid}\n`, 0);
  return () => closeSync(fd);
}
