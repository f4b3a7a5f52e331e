import type { HistoryBounds } from "../history-bounds.ts";

/** How many blobs are kept, and how large they may be. */
export interface BlobBounds {
  /** What is older goes. */
  readonly days: number;
  /** At most so many; the oldest go. */
  readonly count: number;
  /** At most so many bytes in all; the oldest go. */
  readonly bytes: number;
  /** One that is larger is refused; bytes. */
  readonly maxBytes: number;
}

/** For an SD card. Each costs a read when benchd starts. */
const usualBounds: BlobBounds = { days: 90, count: 2000, bytes: 512 * 2 ** 20, maxBytes: 64 * 2 ** 20 };
const inMemoryBounds: BlobBounds = { days: 90, count: 2000, bytes: 64 * 2 ** 20, maxBytes: 64 * 2 ** 20 };

interface Told {
  readonly blobs?: Partial<BlobBounds> | undefined;
  readonly history?: Partial<HistoryBounds> | undefined;
}

/** Unless told they are kept for as long as the history; `folder` is undefined for those in memory. */
export function blobBounds(folder: string | undefined, { blobs, history }: Told): BlobBounds {
  const aged = history?.days === undefined ? {} : { days: history.days };
  return { ...(folder === undefined ? inMemoryBounds : usualBounds), ...aged, ...blobs };
}
