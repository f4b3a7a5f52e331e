/** How many recordings are kept, and how large they may be. */
export interface RecordingBounds {
  /** What ended longer ago goes. */
  readonly days: number;
  /** At most so many; the oldest that have ended go. */
  readonly count: number;
  /** At most so many bytes in all; the oldest that have ended go. */
  readonly bytes: number;
  /** One that is larger ends; bytes. */
  readonly maxBytes: number;
  /** While less is free on the disk nothing is written to it: the history needs it more; bytes. */
  readonly minFreeBytes: number;
}

const mebibyte = 2 ** 20;

/** For an SD card. Each costs a read when benchd starts. */
const usualBounds: RecordingBounds = {
  ...{ days: 365, count: 1000, bytes: 2048 * mebibyte, maxBytes: 64 * mebibyte, minFreeBytes: 64 * mebibyte },
};
const inMemoryBounds: RecordingBounds = {
  ...{ days: 365, count: 100, bytes: 64 * mebibyte, maxBytes: 16 * mebibyte, minFreeBytes: 0 },
};

/** The usual ones unless told; `folder` is undefined for recordings in memory. */
export const recordingBounds = (
  folder: string | undefined,
  told: Partial<RecordingBounds> | undefined,
): RecordingBounds => ({ ...(folder === undefined ? inMemoryBounds : usualBounds), ...told });
