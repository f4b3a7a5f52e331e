import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LogLevel } from "../../context.ts";
import { isAbout, type RecordingAbout } from "./about.ts";
import type { FoundRecording } from "./shelf.ts";

const ours = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(csv|json|json\.new)$/;

/**
 * The recordings that an earlier process has left in a folder, the oldest first. A description without its file is
 * removed, as is a draft of one; a file that nothing is told of stays where it is. Other files are left alone.
 */
export async function surveyRecordings(
  folder: string,
  log: (level: LogLevel, message: string) => void,
): Promise<readonly FoundRecording[]> {
  const suffixes = new Map<string, string[]>();
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(noneWhereMissing)) {
    const [, id, suffix] = (entry.isFile() && ours.exec(entry.name)) || [];
    if (id !== undefined && suffix !== undefined) suffixes.set(id, [...(suffixes.get(id) ?? []), suffix]);
  }
  const found: FoundRecording[] = [];
  for (const [id, present] of suffixes) {
    const remove = (suffix: string) => rm(join(folder, `${id}.${suffix}`), { force: true }).catch(() => {});
    if (present.includes("json.new")) await remove("json.new");
    if (!present.includes("csv")) {
      await remove("json");
      continue;
    }
    const about = present.includes("json") ? await aboutOf(folder, id) : undefined;
    const size = await stat(join(folder, `${id}.csv`)).catch(() => undefined);
    if (about && size) found.push({ about, bytes: size.size });
    else
      log("error", `the recording ${id}.csv is told of nowhere, or cannot be read: it is left alone, and not listed`);
  }
  return found.sort((a, b) => a.about.startedAt - b.about.startedAt);
}

function noneWhereMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === "ENOENT") return [];
  throw error;
}

async function aboutOf(folder: string, id: string): Promise<RecordingAbout | undefined> {
  try {
    const told: unknown = JSON.parse(await readFile(join(folder, `${id}.json`), "utf8"));
    return isAbout(told) && told.id === id ? told : undefined;
  } catch {
    return undefined;
  }
}
