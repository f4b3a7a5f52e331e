import { existsSync } from "node:fs";
import { mkdir, opendir } from "node:fs/promises";
import { join } from "node:path";
import { openHistory } from "../../journal/history-copy.ts";
import { asOwnerOf } from "../token/as-owner.ts";
import { copyFile, sumOf } from "./copy-file.ts";
import type { BackedUpFile } from "./manifest.ts";

const history = "history.db";

/** What belongs to a process that runs or has run, and to none that is to come. */
const notKept: ReadonlySet<string> = new Set([
  "benchd.lock",
  "local-token",
  "local-certificate.pem",
  "starts.json",
  "handed-on.json",
  ".benchd-was-here",
  history,
  `${history}-wal`,
  `${history}-shm`,
]);
/** Something that is being written, and gets its name when it is whole. */
const draft = /\.(new|tmp)$/;

/**
 * Copy a state directory, of a gateway that may be at work in it: the history first, as it is at one moment, then the
 * files; so what it tells of is there unless it has been removed meanwhile. `within` is where they are, in the backup.
 */
export async function copyState(
  from: string,
  to: string,
  { within, signal }: { readonly within: string; readonly signal: AbortSignal },
): Promise<readonly BackedUpFile[]> {
  await mkdir(to, { mode: 0o700 });
  const files: BackedUpFile[] = [];
  if (await copyHistory(join(from, history), join(to, history), from))
    files.push({ path: `${within}/${history}`, ...(await sumOf(join(to, history), signal)) });
  await copyFolder({ from, to, within, files, signal, skip: notKept });
  return files;
}

/** False where nothing has been written yet. */
async function copyHistory(from: string, to: string, folder: string): Promise<boolean> {
  if (!existsSync(from)) return false;
  // What SQLite leaves beside it has to be the gateway's, or that could not open it any more.
  const opened = await asOwnerOf(folder, async () => openHistory(from));
  try {
    await opened.copyTo(to);
  } finally {
    opened.close();
  }
  return true;
}

interface Copying {
  readonly from: string;
  readonly to: string;
  readonly within: string;
  readonly files: BackedUpFile[];
  readonly signal: AbortSignal;
  readonly skip?: ReadonlySet<string>;
}

async function copyFolder({ from, to, within, files, signal, skip = new Set() }: Copying): Promise<void> {
  for await (const entry of await opendir(from)) {
    const { name } = entry;
    if (skip.has(name) || draft.test(name)) continue;
    const next = { from: join(from, name), to: join(to, name), within: `${within}/${name}` };
    if (entry.isDirectory()) {
      await mkdir(next.to, { mode: 0o700 });
      await copyFolder({ ...next, files, signal });
    } else if (entry.isFile()) {
      const sum = await copyFile(next.from, next.to, signal);
      if (sum) files.push({ path: next.within, ...sum });
    }
  }
}
