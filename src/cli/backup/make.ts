import { access, mkdtemp, realpath, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { BenchdError, StorageError } from "../../errors.ts";
import { UsageError } from "../usage.ts";
import { version } from "../version.ts";
import { copyFile } from "./copy-file.ts";
import { copyState } from "./copy-state.ts";
import { configName, type Manifest, manifestName, stateName } from "./manifest.ts";
import { syncFolder, syncFolders } from "./sync-folders.ts";
import { type Verdict, verifyBackup } from "./verify.ts";

export interface BackupWish {
  /** The folder that is to be the backup. */
  readonly folder: string;
  readonly stateDirectory: string;
  /** Undefined where there is none. */
  readonly config: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Make a backup: beside its place, looked through, and only then under its name. Whatever goes wrong, nothing is left
 * of it. Throws `UsageError` for a place where none can be, `StorageError` for what keeps it from being made.
 */
export async function makeBackup({ folder, stateDirectory, config, signal }: BackupWish): Promise<Verdict> {
  const target = resolve(folder);
  await assertFree(target, stateDirectory);
  const at = new Date().toISOString();
  const draft = await mkdtemp(`${target}.part-`).catch((cause: unknown) => {
    throw unmade(cause, `nothing can be written in ${dirname(target)}`);
  });
  try {
    const files = [...(await copyState(stateDirectory, join(draft, stateName), { within: stateName, signal }))];
    const sum =
      config === undefined ? undefined : await copyFile(await realpath(config), join(draft, configName), signal);
    if (sum) files.push({ path: configName, ...sum });
    const manifest: Manifest = {
      ...{ format: "benchd-backup", version: 1, benchd: await version(), at, stateDirectory },
      config: config === undefined ? null : resolve(config),
      files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
    await writeFile(join(draft, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { flag: "wx", mode: 0o600 });
    await syncFolders(draft);
    const verdict = await verifyBackup(draft, signal);
    if (verdict.faults.length > 0)
      throw new StorageError(`no backup was made, as it cannot be read: ${verdict.faults.join("; ")}`);
    await rename(draft, target);
    await syncFolder(dirname(target));
    return verdict;
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw await explained(cause, target);
  }
}

async function assertFree(target: string, stateDirectory: string): Promise<void> {
  const state = await realpath(stateDirectory).catch((cause: unknown) => {
    throw unmade(cause, `the state directory ${stateDirectory} cannot be read`);
  });
  const above = await realpath(dirname(target)).catch((cause: unknown) => {
    throw new UsageError(`there is no folder ${dirname(target)} to put a backup in`, { cause });
  });
  if (!(await stat(above)).isDirectory()) throw new UsageError(`${dirname(target)} is no folder to put a backup in`);
  const way = relative(state, above);
  if (way === "" || !(way === ".." || way.startsWith("../")))
    throw new UsageError(`${target} is in the state directory itself, and would be lost with it: name another folder`);
  const there = await access(target).then(
    () => true,
    () => false,
  );
  if (there) throw new UsageError(`${target} is there already: name a folder that is not, such as ${target}-2`);
}

async function explained(cause: unknown, target: string): Promise<unknown> {
  const full = isFull(cause) || (cause instanceof BenchdError && isFull(cause.cause));
  if (cause instanceof BenchdError && !full) return cause;
  if (full) {
    const { bavail, bsize } = await statfs(dirname(target));
    const free = Math.floor((bavail * bsize) / 2 ** 20);
    return new StorageError(`the disk of ${dirname(target)} is full (${free} MiB free): nothing was kept there`, {
      cause,
    });
  }
  return unmade(cause, "no backup was made");
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && ["ENOSPC", "EDQUOT", "SQLITE_FULL"].includes(String(error.code));

function unmade(cause: unknown, what: string): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EACCES" || code === "EPERM")
    return new StorageError(`${what}: this user may not; take sudo, or the user that benchd runs as`, { cause });
  return code === undefined ? cause : new StorageError(`${what}: ${(cause as Error).message}`, { cause });
}
