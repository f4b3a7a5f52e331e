/** How much of the past is kept, and what happens when nothing more can be. */
export interface HistoryBounds {
  /** What is older goes. */
  readonly days: number;
  /** At most so many invocations; the oldest go. */
  readonly count: number;
  /** At most about so many bytes; the oldest go. */
  readonly bytes: number;
  /** While nothing can be written: refuse to start anything new, or run without a record. */
  readonly whenFull: "refuse" | "run";
}

/** For an SD card. */
const usualBounds: HistoryBounds = { days: 90, count: 50_000, bytes: 256 * 2 ** 20, whenFull: "refuse" };
const inMemoryBounds: HistoryBounds = { days: 90, count: 1000, bytes: 64 * 2 ** 20, whenFull: "refuse" };

/** The usual ones unless told; `file` is undefined for a history in memory. */
export const historyBounds = (file: string | undefined, told: Partial<HistoryBounds> | undefined): HistoryBounds => ({
  ...(file === undefined ? inMemoryBounds : usualBounds),
  ...told,
});
