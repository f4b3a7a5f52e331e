import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { openHistory } from "../../journal/history-copy.ts";
import { sumOf } from "./copy-file.ts";
import { type BackedUpFile, type Manifest, manifestName, readManifest, stateName } from "./manifest.ts";

/** What was found of a backup. */
export interface Verdict {
  readonly manifest: Manifest;
  /** What keeps it from being restored as it was, in words. */
  readonly faults: readonly string[];
  /** Files that it does not know of. */
  readonly unknown: readonly string[];
  /** How many its history tells of; undefined where it has none. */
  readonly invocations: number | undefined;
}

const maxUnknown = 100;

/** Look through all of a backup: each file is what it was, and the history can be read. It is left as it is. */
export async function verifyBackup(folder: string, signal: AbortSignal): Promise<Verdict> {
  const manifest = await readManifest(folder);
  const faults: string[] = [];
  for (const file of manifest.files) {
    const fault = await faultOf(folder, file, signal);
    if (fault !== undefined) faults.push(fault);
  }
  const known = new Set([manifestName, ...manifest.files.map(({ path }) => path)]);
  const unknown: string[] = [];
  for await (const path of filesIn(folder)) if (!known.has(path) && unknown.length < maxUnknown) unknown.push(path);
  const history = `${stateName}/history.db`;
  if (!known.has(history)) return { manifest, faults, unknown, invocations: undefined };
  return { manifest, unknown, ...read(join(folder, history), faults) };
}

function read(file: string, faults: readonly string[]): Pick<Verdict, "faults" | "invocations"> {
  try {
    const history = openHistory(file);
    try {
      history.assertSound();
      return { faults, invocations: history.invocations };
    } finally {
      history.close();
    }
  } catch (error) {
    return { faults: [...faults, error instanceof Error ? error.message : String(error)], invocations: undefined };
  }
}

async function faultOf(folder: string, told: BackedUpFile, signal: AbortSignal): Promise<string | undefined> {
  const { path, bytes, sha256 } = told;
  // What a manifest names is in the backup, or is none of it.
  if (path.startsWith("/") || path.split("/").includes("..")) return `${path} lies outside of it`;
  try {
    const found = await sumOf(join(folder, path), signal);
    if (found.bytes !== bytes) return `${path} has ${found.bytes} bytes, not ${bytes}`;
    return found.sha256 === sha256 ? undefined : `${path} is not what it was`;
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && "code" in error ? error.code : error;
    return code === "ENOENT" ? `${path} is missing` : `${path} cannot be read (${code})`;
  }
}

async function* filesIn(folder: string, within = ""): AsyncGenerator<string> {
  for await (const entry of await opendir(join(folder, within))) {
    const path = within === "" ? entry.name : `${within}/${entry.name}`;
    if (entry.isDirectory()) yield* filesIn(folder, path);
    else yield path;
  }
}
