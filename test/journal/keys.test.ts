import { readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { StorageError } from "../../src/errors.ts";
import { keyOwner } from "../../src/journal/key-table.ts";
import { killed, openJournal, temporaryFolder } from "./fixture.ts";

const newFile = () => join(temporaryFolder(), "history.db");
const body = "of the body";

describe("keys", () => {
  it("stand for their invocation, also after a kill", async () => {
    const file = newFile();
    const { journal, request } = openJournal(file);
    const dose = request();
    await journal.keys.keepKey({ id: "a", body, seq: dose.seq });
    expect(openJournal(killed(file)).journal.keys.key("a")).toEqual({ body, answer: null, invocation: dose.id });
  });

  it("are kept in the same commit as the request they stand for", async () => {
    const file = newFile();
    const { journal, request } = openJournal(file);
    const kept = journal.keys.keepKey({ id: "a", body, seq: request().seq });
    const before = new Sqlite(killed(file), { readonly: true });
    expect(
      before.prepare("SELECT (SELECT count(*) FROM keys) + (SELECT count(*) FROM invocations)").pluck().get(),
    ).toBe(0);
    before.close();
    await kept;
    expect(openJournal(killed(file)).journal.keys.key("a")?.invocation).not.toBeNull();
  });

  it("go with the record of their invocation, and not before", async () => {
    const { journal, run } = openJournal(newFile(), { count: 20 });
    const first = await run();
    await journal.keys.keepKey({ id: "first", body, seq: first.seq });
    for (let n = 0; n < 15; n++) await run();
    expect(journal.keys.key("first")).toBeDefined();
    for (let n = 0; n < 15; n++) await run();
    expect((await journal.list({}, "history")).map(({ id }) => id)).not.toContain(first.id);
    expect(journal.keys.key("first")).toBeUndefined();
  });

  it("that stand for an answer are bounded by themselves: the latest ten thousand stay", async () => {
    const { journal, request } = openJournal();
    const all = Array.from({ length: 10_050 }, (_, n) => journal.keys.keepKey({ id: `k${n}`, body, answer: "{}" }));
    await Promise.all(all);
    expect([journal.keys.key("k49"), journal.keys.key("k50")?.answer]).toEqual([undefined, "{}"]);
    // Those of invocations, however many there are, push none of them out.
    const { seq } = request();
    await Promise.all(Array.from({ length: 10_050 }, (_, n) => journal.keys.keepKey({ id: `i${n}`, body, seq })));
    await journal.keys.keepKey({ id: "last", body, answer: "{}" });
    expect(journal.keys.key("k51")?.answer).toBe("{}");
  });

  it("of one who uses a great many push out none of those who use few", async () => {
    const { journal } = openJournal();
    const keep = (whose: string, from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, n) => {
          const id = `${whose === "" ? "" : keyOwner(whose)}${from + n}`;
          return journal.keys.keepKey({ id, body, answer: "{}" });
        }),
      );
    const kept = (whose: string, n: number) =>
      journal.keys.key(`${whose === "" ? "" : keyOwner(whose)}${n}`) !== undefined;
    await keep("few", 0, 10);
    // Of a version that did not tell whose they are.
    await keep("", 0, 4000);
    await keep("many", 0, 12_000);
    expect([kept("few", 0), kept("", 0), kept("many", 12_000 - 5990), kept("many", 11_999)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(kept("many", 12_000 - 6100)).toBe(false);
    await keep("others", 0, 5000);
    expect([kept("few", 0), kept("", 1000), kept("others", 2000), kept("many", 9000)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([kept("", 0), kept("others", 0), kept("many", 8000)]).toEqual([false, false, false]);
  });

  it("that are dropped may be used again, and an earlier file does not bring them back", async () => {
    const file = newFile();
    const { journal, run } = openJournal(file);
    await journal.keys.keepKey({ id: "a", body });
    journal.keys.dropKey("a");
    expect(journal.keys.key("a")).toBeUndefined();
    await run();
    expect(openJournal(killed(file)).journal.keys.key("a")).toBeUndefined();
    await journal.keys.keepKey({ id: "a", body: "another" });
    expect(journal.keys.key("a")?.body).toBe("another");
  });

  it("are refused by a journal that cannot write, and by one that is closed", async () => {
    const nowhere = openJournal(join(temporaryFolder(), "missing/history.db"));
    await expect(nowhere.journal.keys.keepKey({ id: "a", body })).rejects.toThrow(StorageError);
    nowhere.journal.keys.dropKey("a");
    expect(nowhere.journal.keys.key("a")).toBeUndefined();
    const { journal } = openJournal(newFile());
    await journal.close();
    await expect(journal.keys.keepKey({ id: "a", body })).rejects.toThrow(StorageError);
  });

  it("are still there when a history of the second version is opened", async () => {
    const file = newFile();
    const old = new Sqlite(file);
    old.exec(readFileSync(new URL("../fixtures/journal/v2.sql", import.meta.url), "utf8"));
    const ids = old.prepare<unknown[], string>("SELECT id FROM keys ORDER BY n").pluck().all();
    old.close();
    const { journal } = openJournal(file);
    expect(ids.map((id) => journal.keys.key(id))).toMatchObject([
      { invocation: "7bd0941e-52a8-4cb3-ae79-ec2febfe3f22" },
      { invocation: null, answer: '{"status":201,"value":null}' },
      { invocation: null, answer: null },
    ]);
  });
});

it("what waited when the machine itself went down may have begun: it is told as unknown, so that nobody repeats it unseen", async () => {
  const file = newFile();
  const { journal, request } = openJournal(file);
  const dose = request();
  await journal.keys.keepKey({ id: "a", body, seq: dose.seq });
  const copy = killed(file);
  const elsewhere = new Sqlite(copy);
  elsewhere.prepare("UPDATE meta SET value = 'another start' WHERE key = 'boot'").run();
  elsewhere.close();
  const after = openJournal(copy).journal;
  const found = await after.find(dose.id, "history");
  expect(found).toMatchObject({ status: "error", outcome: "unknown", reason: undefined, startedAt: undefined });
  expect(found?.error?.message).toContain("nobody knows whether it had begun");
  expect(after.keys.key("a")?.invocation).toBe(dose.id);
});
