import { blobsOf } from "../blob.ts";
import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { surveyBlobs } from "../journal/blobs/blob-folder.ts";
import { blobBounds } from "../journal/blobs/bounds.ts";
import { FileShelf } from "../journal/blobs/file-shelf.ts";
import { KeptBlobs } from "../journal/blobs/kept-blobs.ts";
import { MemoryShelf } from "../journal/blobs/memory-shelf.ts";
import type { BlobAbout } from "../journal/blobs/shelf.ts";
import type { SqliteJournal } from "../journal/sqlite-journal.ts";
import type { Config } from "./config/config.ts";

interface Options {
  /** In memory unless told. */
  readonly folder: string | undefined;
  readonly config: Pick<Config, "blobs" | "history">;
  readonly journal: Pick<SqliteJournal, "find" | "reachesBackTo">;
  /** The process clock. */
  readonly clock: Clock;
  readonly clockTrusted?: (() => boolean) | undefined;
  log(level: LogLevel, message: string): void;
}

/** The blobs of a gateway: in a folder, with those that are there from before, or in memory. */
export async function openBlobs({ folder, config, journal, ...rest }: Options): Promise<KeptBlobs> {
  const parts = { ...rest, clockTrusted: rest.clockTrusted ?? (() => false) };
  const bounds = blobBounds(folder, config);
  if (folder === undefined) return new KeptBlobs({ ...parts, shelf: new MemoryShelf(), bounds });
  let before: readonly BlobAbout[] = [];
  try {
    before = await surveyBlobs({ folder, isWanted: (about) => isWanted(about, journal), log: rest.log });
  } catch (error) {
    rest.log("error", `what blobs there are cannot be read, and none of them is served: ${error}`);
  }
  return new KeptBlobs({ ...parts, shelf: new FileShelf(folder), bounds, before });
}

/**
 * Whether the history tells of it. What is older than all that the history knows stays for as long as its own bounds let
 * it: the history may be a new one, as the old one was damaged.
 */
async function isWanted({ id, invocation, seq }: BlobAbout, journal: Options["journal"]): Promise<boolean> {
  const record = await journal.find(invocation, "history").catch(() => "unreadable" as const);
  if (record === "unreadable") return true;
  if (!record) return !journal.reachesBackTo(seq);
  return record.omitted.includes("output") || blobsOf(record.output).some((blob) => blob["benchd:blob"] === id);
}
