import { realClock } from "../../clock.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { counter, gauge, gauges, type Metric, spreads } from "../../gateway/metric.ts";

/** How what is done is written down. */
export async function ofJournal({ journal }: Gateway): Promise<readonly Metric[]> {
  const { counts, waitingToBeWritten } = journal;
  const { database, log } = await journal.sizes();
  const { lastSyncAt } = counts;
  return [
    spreads("benchd_journal_commit_seconds", "What commits of the history took, during which all else waits", [
      { histogram: counts.commitSeconds },
    ]),
    spreads("benchd_journal_sync_seconds", "What the disk took to have what was committed, beside all else", [
      { histogram: counts.syncSeconds },
    ]),
    counter("benchd_journal_failures_total", "How often the history could not be written", counts.failures),
    counter("benchd_journal_sync_failures_total", "How often the disk refused to take it", counts.syncFailures),
    gauges(
      "benchd_journal_last_sync_age_seconds",
      "Since the disk has taken something; it is asked only for what has to be there",
      lastSyncAt === undefined ? [] : [{ value: (realClock.now() - lastSyncAt) / 1000 }],
    ),
    gauge("benchd_journal_unwritten", "Invocations that are to be written yet", waitingToBeWritten),
    gauges("benchd_journal_bytes", "Size of the history's database, and of the log that goes into it", [
      { labels: { file: "database" }, value: database },
      { labels: { file: "log" }, value: log },
    ]),
  ];
}
