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
export const usualBlobBounds: BlobBounds = { days: 90, count: 2000, bytes: 512 * 2 ** 20, maxBytes: 64 * 2 ** 20 };
export const inMemoryBlobBounds: BlobBounds = { days: 90, count: 2000, bytes: 64 * 2 ** 20, maxBytes: 64 * 2 ** 20 };
