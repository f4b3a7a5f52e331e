import { openDatabase } from "../src/journal/database.ts";
import type { Book } from "./book.ts";

interface Row {
  readonly seq: number;
  readonly status: string;
  readonly reason: string | null;
  readonly ended_at: number | null;
}

/** All that was ever answered, held against the file of the history in the end. Returns what is wrong. */
export function inTheHistory(file: string, book: Book): readonly string[] {
  const database = openDatabase(file);
  try {
    const verdict = database.pragma("integrity_check", { simple: true });
    const wrong = verdict === "ok" ? [] : [`the database is damaged: ${verdict}`];
    const find = database.prepare<unknown[], Row>("SELECT seq, status, reason, ended_at FROM invocations WHERE id = ?");
    for (const { id, what, seq, end } of book.acknowledged.values()) {
      const row = find.get(id);
      if (!row) wrong.push(`${what} (${id}) was answered with 201 and is not in the history`);
      else if (row.ended_at === null) wrong.push(`${what} (${id}) is ${row.status} in the end`);
      else if (row.seq !== seq) wrong.push(`${what} (${id}) was number ${seq} and is ${row.seq}`);
      else if (end && (end.status !== row.status || end.reason !== row.reason))
        wrong.push(`${what} (${id}) had ended as ${end.status} and is ${row.status}`);
    }
    const left = database
      .prepare<unknown[], number>("SELECT count(*) FROM invocations WHERE ended_at IS NULL")
      .pluck()
      .get();
    if (left) wrong.push(`${left} invocations have no end`);
    return wrong;
  } finally {
    database.close();
  }
}
