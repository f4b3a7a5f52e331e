import { existsSync } from "node:fs";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { realClock } from "../../clock.ts";
import { ConfigError } from "../../errors.ts";

/** A network file system that is away may not answer at all. */
const patienceMs = 5000;

/** Make the folder if need be, and prove that files can be kept in it. `place` is where it is named, for the message. */
export async function makeWritable(folder: string, place: string): Promise<void> {
  const refused = (why: string, cause?: unknown) =>
    new ConfigError(`${place}: nothing can be kept in ${folder}: ${why}`, { cause });
  let timer = realClock.after(0, () => {});
  const tooLong = new Promise<never>((_, reject) => {
    timer = realClock.after(patienceMs, () => reject(refused(`it does not answer within ${patienceMs / 1000} s`)));
  });
  try {
    await Promise.race([make(folder).then(() => probe(folder)), tooLong]);
  } catch (error) {
    throw error instanceof ConfigError ? error : refused(inPlainWords(error), error);
  } finally {
    timer.cancel();
  }
}

/** What is there in its place, if that is no folder; undefined also when nothing is there yet. */
export async function obstacle(folder: string): Promise<string | undefined> {
  const found = await nearest(folder).catch(() => undefined);
  return found && !found.isFolder ? found.path : undefined;
}

/** One level at a time: `recursive` tries again for ever where a folder exists that takes none, such as /proc. */
async function make(folder: string): Promise<void> {
  const { path, missing } = await nearest(folder);
  let at = path;
  for (const name of missing) {
    at = join(at, name);
    await mkdir(at);
  }
}

/** The nearest thing on the way to `folder` that exists, and the names below it that do not. */
export async function nearest(folder: string) {
  const missing: string[] = [];
  for (let path = folder; ; path = dirname(path)) {
    const found = await stat(path).catch((error: unknown) => {
      const code = codeOf(error);
      if (dirname(path) === path || (code !== "ENOENT" && code !== "ENOTDIR")) throw error;
      return undefined;
    });
    if (found) return { path, missing, isFolder: found.isDirectory() };
    missing.unshift(basename(path));
  }
}

async function probe(folder: string): Promise<void> {
  const file = join(folder, ".benchd-was-here");
  try {
    await writeFile(file, "It may be deleted.\n");
  } catch (error) {
    // A full disk is no mistake of the configuration, and keeps nobody from working; nor does one that has failed since.
    if (["ENOSPC", "EDQUOT"].includes(codeOf(error))) await rm(file, { force: true });
    else if (!(takesNothing(error) && existsSync(join(folder, "history.db")))) throw error;
    return;
  }
  await rm(file, { force: true });
}

/** The disk is full, or has become read-only, or does not answer as it should: it may be well again later. */
export const takesNothing = (error: unknown): boolean => ["ENOSPC", "EDQUOT", "EROFS", "EIO"].includes(codeOf(error));

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

function inPlainWords(error: unknown): string {
  const code = codeOf(error);
  if (code === "ENOTDIR" || code === "EEXIST") return "it, or a part of its path, is no folder: name another";
  if (code === "EACCES" || code === "EPERM") return "this user may not write there: change its owner, or name another";
  if (code === "EROFS") return "it can only be read: name another";
  if (code === "ENOENT") return "no folder can be made there: name another";
  return error instanceof Error ? error.message : String(error);
}
