import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LogLevel } from "../../context.ts";
import { validator } from "../../schema.ts";
import { Type } from "../../typebox.ts";
import type { BlobAbout } from "./shelf.ts";

const aboutSchema = validator(
  Type.Object({
    id: Type.String(),
    mediaType: Type.String({ maxLength: 100 }),
    name: Type.Optional(Type.String({ maxLength: 100 })),
    size: Type.Integer({ minimum: 0 }),
    at: Type.Number(),
    clockTrusted: Type.Boolean(),
    invocation: Type.String(),
    seq: Type.Number(),
  }),
);

const ours = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(blob|json|tmp)$/;

interface Survey {
  readonly folder: string;
  /** Whether anybody could still ask for it. */
  isWanted(about: BlobAbout): Promise<boolean>;
  log(level: LogLevel, message: string): void;
}

/**
 * The blobs that an earlier process has left in a folder, the oldest first. What was not
 * finished, is not whole, or is told of nowhere is removed. Files with other names, and links, are left alone.
 */
export async function surveyBlobs({ folder, isWanted, log }: Survey): Promise<readonly BlobAbout[]> {
  const suffixes = new Map<string, string[]>();
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(noneWhereMissing)) {
    const [, id, suffix] = (entry.isFile() && ours.exec(entry.name)) || [];
    if (id !== undefined && suffix !== undefined) suffixes.set(id, [...(suffixes.get(id) ?? []), suffix]);
  }
  const found: BlobAbout[] = [];
  let removed = 0;
  for (const [id, present] of suffixes) {
    const about = present.includes("blob") ? await aboutOf(folder, id) : undefined;
    // Somebody else's, or on a failing disk: it is not ours to remove.
    if (about === "unreadable") {
      log("error", `the blob ${id} cannot be read: it is left alone`);
      continue;
    }
    const wanted = about && (await isWanted(about));
    if (about && wanted) found.push(about);
    const leftover = wanted ? present.filter((suffix) => suffix === "tmp") : present;
    for (const suffix of leftover) await rm(join(folder, `${id}.${suffix}`), { force: true }).catch(() => {});
    removed += leftover.length;
  }
  if (removed > 0) log("info", `${removed} files of blobs that were not finished, or that nobody knows, are removed`);
  return found.sort((a, b) => a.at - b.at || a.seq - b.seq);
}

function noneWhereMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === "ENOENT") return [];
  throw error;
}

/** Undefined when it is not whole: a power cut may have come between the two files, or before the bytes were written. */
async function aboutOf(folder: string, id: string): Promise<BlobAbout | "unreadable" | undefined> {
  try {
    const told: unknown = JSON.parse(await readFile(join(folder, `${id}.json`), "utf8"));
    if (aboutSchema.issues(told).length > 0) return undefined;
    const about = told as BlobAbout;
    const { size } = await stat(join(folder, `${id}.blob`));
    return about.id === id && about.size === size ? { ...about, name: about.name } : undefined;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return missing || error instanceof SyntaxError ? undefined : "unreadable";
  }
}
