import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { StorageError } from "../errors.ts";

/** Whose a file is, and who may read it. */
interface Ownership {
  readonly mode: number;
  /** Those of this process unless told. */
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Whoever waits for a slow disk has one of the four threads that Node has for files, and serial ports are opened and
 * read by these. So in this process one waits at a time.
 */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Replace a small file so that a power cut leaves the old text or the new one, never half of it. It stays whose it was,
 * if `keep` says so.
 */
export function writeAtomically(file: string, text: string, keep?: Ownership): Promise<void> {
  const written = turn.then(() => write(file, text, keep));
  turn = written.catch(() => {});
  return written;
}

async function write(file: string, text: string, keep: Ownership | undefined): Promise<void> {
  const draft = `${file}.new`;
  // Whoever has opened it before it is narrowed could read on.
  const handle = await open(draft, "w", 0o640 & (keep?.mode ?? 0o777));
  try {
    if (keep) {
      const now = await handle.stat();
      const { uid = now.uid, gid = now.gid } = keep;
      if (uid !== now.uid || gid !== now.gid) await handle.chown(uid, gid);
      await handle.chmod(keep.mode & 0o7777);
    }
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export type JsonFile =
  | { readonly found: "nothing" }
  | { readonly found: "value"; readonly value: unknown }
  /** It could not be read, or not as JSON; this is its name now. */
  | { readonly found: "damage"; readonly setAside: string };

/**
 * Read a small JSON file; a damaged one is set aside under a telling name if that can be, and never deleted. Throws
 * `StorageError` for one that is somebody else's: it can be read as soon as that is mended.
 */
export async function readJson(file: string, now = new Date()): Promise<JsonFile> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return { found: "nothing" };
    // The disk is ill: it may be read another time.
    if (code === "EIO") return { found: "damage", setAside: file };
    throw new StorageError(`${file} cannot be read (${message}): it has to belong to the user that benchd runs as`, {
      cause,
    });
  }
  try {
    return { found: "value", value: JSON.parse(text) };
  } catch {
    const setAside = `${file}.damaged-${now.toISOString().replaceAll(":", "-")}`;
    const moved = await rename(file, setAside).then(
      () => true,
      () => false,
    );
    return { found: "damage", setAside: moved ? setAside : file };
  }
}
