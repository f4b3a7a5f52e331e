import { open, opendir } from "node:fs/promises";
import { join } from "node:path";

/** What their files are called is on the disk, too, when it resolves; from the innermost out. */
export async function syncFolders(folder: string): Promise<void> {
  for await (const entry of await opendir(folder)) if (entry.isDirectory()) await syncFolders(join(folder, entry.name));
  await syncFolder(folder);
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
