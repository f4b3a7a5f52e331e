import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../usage.ts";

interface Written {
  readonly text: string;
  readonly mode: number;
  /** Whose it is to be; the user's own unless told. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Write files into a folder, which is made if its parent is there. Throws a `UsageError`; those that are there are kept, unless forced. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, Written>>,
  force: boolean,
): Promise<void> {
  const there = Object.keys(files).find((name) => existsSync(join(folder, name)));
  if (there !== undefined && !force)
    throw new UsageError(
      `${join(folder, there)} is there already, and kept: name another folder with --out, or --force`,
    );
  try {
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    for (const [name, written] of Object.entries(files)) await put(join(folder, name), written);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : cause;
    throw new UsageError(`${folder} takes no files (${code}): name another with --out, or run this as its owner`, {
      cause,
    });
  }
}

/** Never is there half of it under its name, nor a key that others could read for a moment. */
async function put(file: string, { text, mode, owner }: Written): Promise<void> {
  const draft = join(dirname(file), `.${randomUUID()}.new`);
  const handle = await open(draft, "wx", 0o600);
  try {
    if (owner) await handle.chown(owner.uid, owner.gid);
    await handle.writeFile(text);
    await handle.chmod(mode);
    await handle.sync();
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
