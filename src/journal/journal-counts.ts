import { Histogram } from "../histogram.ts";

/** Seconds; a commit holds up everything else, a sync nothing. */
const commitBounds = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
const syncBounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/** What a journal has written since the start, as plain numbers. A disk knows no time but real time. */
export class JournalCounts {
  readonly commitSeconds = new Histogram(commitBounds);
  readonly syncSeconds = new Histogram(syncBounds);
  /** How often something could not be written. */
  failures = 0;
  syncFailures = 0;
  /** When the disk has taken something last, by the real clock; undefined before the first time. */
  lastSyncAt: number | undefined;
}
