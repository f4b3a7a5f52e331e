import type { Recordings } from "../../experiment/recordings/recordings.ts";
import { blobBounds } from "../../journal/blobs/bounds.ts";
import type { KeptBlobs } from "../../journal/blobs/kept-blobs.ts";
import type { SqliteJournal } from "../../journal/sqlite-journal.ts";
import type { Config } from "../config/config.ts";
import type { Follower, Prepared } from "./follower.ts";
import type { LiveSection } from "./plan.ts";

interface Kept {
  readonly journal: Pick<SqliteJournal, "keepWithin">;
  readonly blobs: Pick<KeptBlobs, "keepWithin">;
  /** Where they are; undefined for those in memory. */
  readonly blobFolder: string | undefined;
  readonly recordings: Pick<Recordings, "keepWithin">;
}

/** Those who have what is kept go by the bounds that were read last: by a plain number, whenever some of it goes. */
export function boundFollowers({ journal, blobs, blobFolder, recordings }: Kept): readonly Follower[] {
  const keepBlobs = (config: Config) => blobs.keepWithin(blobBounds(blobFolder, config));
  return [
    following("history", (config) => {
      journal.keepWithin(config.history);
      // Which are kept for as long, unless told.
      keepBlobs(config);
    }),
    following("blobs", keepBlobs),
    following("keepRecordings", ({ keepRecordings }) => recordings.keepWithin(keepRecordings)),
  ];
}

const following = (section: LiveSection, take: (config: Config) => void): Follower => ({
  async prepare(config, sections): Promise<Prepared | undefined> {
    return sections.includes(section) ? { section, take: () => take(config) } : undefined;
  },
});
