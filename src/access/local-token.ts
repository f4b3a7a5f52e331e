import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../journal/atomic-file.ts";

/** Where a gateway leaves a token for whoever is on its machine, and may read what it keeps. */
export const localTokenFile = (stateDirectory: string): string => join(stateDirectory, "local-token");

/** Leave it there; rejects when the disk does not take it. */
export const leaveLocalToken = (stateDirectory: string, token: string): Promise<void> =>
  writeAtomically(localTokenFile(stateDirectory), `${token}\n`, { mode: 0o600 });

/** It is good for nothing any more. */
export const takeLocalToken = (stateDirectory: string): Promise<void> =>
  rm(localTokenFile(stateDirectory), { force: true });
