import fc from "fast-check";
import { expect, it } from "vitest";
import { cancelled } from "../../src/invocation/cause.ts";
import type { Invocation } from "../../src/invocation/invocation.ts";
import { matches } from "../../src/invocation/journal.ts";
import { openDatabase } from "../../src/journal/database.ts";
import { Reader } from "../../src/journal/reader.ts";
import { openJournal, temporaryFolder } from "./fixture.ts";

const things = ["pump", "valve", "balance"];
const statuses = ["completed", "cancelled", "error"] as const;

const endings = {
  completed: { status: "completed", output: null },
  cancelled: cancelled("client", "ada"),
  error: { status: "error", error: new Error("it broke") },
} as const;

it("whatever way leads to them, a page has the newest that match, oldest first", async () => {
  const { journal, start, end } = openJournal();
  const all: Invocation[] = [];
  for (let n = 0; n < 120; n++) {
    const one = start({ thing: things[n % 3] ?? "", retentionMs: n % 5 === 0 ? 1e9 : 1 });
    await end(one, endings[statuses[n % 7 === 0 ? 1 : n % 11 === 0 ? 2 : 0] ?? "completed"]);
    all.push(one);
  }
  const some = <T>(...values: readonly T[]) => fc.constantFrom(undefined, ...values);
  const filters = fc.record({
    thing: some(...things, "nothing"),
    status: some(...statuses),
    before: fc.option(fc.nat(130), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 50 }),
  });
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const wanted = all.filter((one) => matches(one, filter)).slice(-filter.limit);
      const found = (await journal.list(filter, "history")).slice(-filter.limit);
      expect(found.map(({ seq }) => seq)).toEqual(wanted.map(({ seq }) => seq));
    }),
    { numRuns: 60 },
  );
});

it("those that are listed are found among many that are not any more, also one that ends, or is written, late", async () => {
  const file = `${temporaryFolder()}/history.db`;
  const { journal, clock, start, end, run } = openJournal(file);
  const late = start({ retentionMs: 1000 });
  for (let n = 0; n < 5; n++) await run(undefined, { retentionMs: 10 });
  const long = await run(undefined, { retentionMs: 5000 });
  for (let n = 0; n < 5; n++) await run(undefined, { retentionMs: 10 });
  await clock.advance(20);
  const reader = new Reader(openDatabase(file));
  const listed = async (ms: number) => (await reader.list({}, Number(long.requestedAt) + ms)).map(({ seq }) => seq);
  expect(await listed(1000)).toEqual([long.seq]);
  await end(late, endings.completed);
  expect(await listed(500)).toEqual([late.seq, long.seq]);
  expect(await listed(3000)).toEqual([long.seq]);
  expect(await listed(9000)).toEqual([]);
  reader.written(late.seq);
  expect(await listed(500)).toEqual([late.seq, long.seq]);
  await journal.close();
});

it("a page of a Thing, or of what did not complete, is looked up and not searched for", () => {
  const file = `${temporaryFolder()}/history.db`;
  openJournal(file);
  const database = openDatabase(file);
  const plan = (where: string, ...values: readonly unknown[]) =>
    database
      .prepare<unknown[], { readonly detail: string }>(
        `EXPLAIN QUERY PLAN SELECT * FROM invocations WHERE ${where} seq >= 0 AND seq < ? ORDER BY seq DESC LIMIT ?`,
      )
      .all(...values, 1000, 10)
      .map(({ detail }) => detail);
  expect(plan("thing = ? AND", "pump")).toEqual([
    "SEARCH invocations USING INDEX invocations_by_thing (thing=? AND rowid>? AND rowid<?)",
  ]);
  expect(plan("status <> 'completed' AND status = ? AND", "cancelled")).toEqual([
    "SEARCH invocations USING INDEX invocations_not_completed (status=? AND rowid>? AND rowid<?)",
  ]);
  database.close();
});
