import { closeSync, constants, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BenchdError, StorageError } from "../errors.ts";
import { takesNothing } from "../gateway/config/folder.ts";
import { loadKernel } from "../transport/kernel.ts";

/** Another benchd keeps its state there. */
export class StateInUseError extends BenchdError {
  readonly code = "BENCHD_STATE_IN_USE";
}

/**
 * Have the state directory to ourselves; returns how to give it back. The kernel frees the lock when the process ends,
 * however it ends, so none is ever left behind. Throws `StateInUseError`, or `StorageError` when it may not be locked.
 */
export async function lockState(folder: string): Promise<() => void> {
  // A mock bench runs where there is no such kernel, too.
  const kernel = await loadKernel().catch(() => undefined);
  if (!kernel) return () => {};
  const file = join(folder, "benchd.lock");
  const fd = openLock(file, folder);
  if (!kernel.lock(fd)) {
    closeSync(fd);
    const who = holderOf(file);
    throw new StateInUseError(
      `${who} keeps its state in ${folder}: end it, or give this one a stateDirectory of its own`,
    );
  }
  tellHolder(fd);
  return () => closeSync(fd);
}

/** Children do not get it: Node opens every file so. */
function openLock(file: string, folder: string): number {
  try {
    return openSync(file, constants.O_RDWR | constants.O_CREAT, 0o640);
  } catch (cause) {
    if (!takesNothing(cause)) {
      const why = cause instanceof Error ? cause.message : cause;
      throw new StorageError(`${file} cannot be opened (${why}): it has to belong to the user that benchd runs as`, {
        cause,
      });
    }
    // A disk that takes nothing keeps nobody from starting: what is there already will do as well.
    return openSync(existsSync(file) ? file : folder, constants.O_RDONLY);
  }
}

/** For whoever wonders who it is. */
function tellHolder(fd: number): void {
  try {
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`, 0);
  } catch {
    // The lock holds all the same.
  }
}

function holderOf(file: string): string {
  const holder = existsSync(file) ? /^\d+$/m.exec(readFileSync(file, "latin1"))?.[0] : undefined;
  return holder === undefined ? "another benchd" : `another benchd (process ${holder})`;
}
