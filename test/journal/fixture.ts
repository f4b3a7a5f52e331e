import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { Invocation } from "../../src/invocation/invocation.ts";
import type { InvocationRequest } from "../../src/invocation/invocation-request.ts";
import { type Database, openDatabase } from "../../src/journal/database.ts";
import type { HistoryBounds } from "../../src/journal/history-bounds.ts";
import { SqliteJournal } from "../../src/journal/sqlite-journal.ts";

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "benchd-journal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A journal, and invocations for it as the scheduler makes them. */
export function openJournal(
  file?: string,
  history?: Partial<HistoryBounds>,
  connect?: (file: string) => Database,
  clockTrusted?: () => boolean,
) {
  const clock = new DiscreteClock();
  const logged: string[] = [];
  const log = (level: string, message: string) => void logged.push(`${level} ${message}`);
  const journal = new SqliteJournal({ file, clock, history, connect, clockTrusted, log });
  onTestFinished(() => journal.close());

  const request = (more: Partial<InvocationRequest> = {}): Invocation => {
    const invocation = new Invocation({
      thing: "pump",
      action: "dispense",
      input: null,
      requestedBy: "ada",
      retentionMs: 60_000,
      seq: journal.nextSeq(),
      clock,
      changed: (one, part) => journal.changed(one, part),
      ...more,
    });
    journal.requested(invocation);
    return invocation;
  };
  const start = (more?: Partial<InvocationRequest>): Invocation => {
    const invocation = request(more);
    invocation.start();
    journal.started(invocation);
    return invocation;
  };
  const end = (invocation: Invocation, ending: Parameters<Invocation["end"]>[0]): Promise<void> => {
    invocation.end(ending);
    journal.ended(invocation);
    return journal.acknowledged(invocation);
  };
  const run = async (output?: unknown, more?: Partial<InvocationRequest>): Promise<Invocation> => {
    const invocation = start(more);
    await end(invocation, { status: "completed", output });
    return invocation;
  };
  return { journal, clock, logged, log, request, start, end, run };
}

/** The file as the process would leave it if it were killed now. */
export function killed(file: string): string {
  const copy = join(temporaryFolder(), "history.db");
  for (const suffix of ["", "-wal"]) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
  return copy;
}

/** A journal whose disk has room until `fill`, and again after `free`. */
export function openOnSmallDisk(whenFull: "refuse" | "run" = "refuse") {
  const file = join(temporaryFolder(), "history.db");
  let database: Database | undefined;
  const connect = (name: string) => {
    database = openDatabase(name);
    return database;
  };
  const limit = (pages: number) => database?.pragma(`max_page_count = ${pages}`);
  const opened = openJournal(file, { whenFull }, connect);
  return { file, ...opened, fill: () => limit(1), free: () => limit(1_000_000) };
}
