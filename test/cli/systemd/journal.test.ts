import { closeSync, fstatSync, openSync } from "node:fs";
import { expect, test } from "vitest";
import { Journal, openJournal, type SendEntry } from "../../../src/cli/systemd/journal.ts";
import type { Field } from "../../../src/cli/systemd/journal-entry.ts";

const entry = (text: string): readonly Field[] => [["MESSAGE", text]];
const messages = (sent: readonly (readonly Field[])[]) => sent.map(([message]) => message?.[1]);

/** A journal that answers when it is told to. */
function slow() {
  const sent: (readonly Field[])[] = [];
  const answers: ((taken: boolean) => void)[] = [];
  const send: SendEntry = (fields) => {
    sent.push(fields);
    return new Promise((resolve) => answers.push(resolve));
  };
  const answer = async (taken = true) => {
    answers.shift()?.(taken);
    // Until the next is on its way.
    for (let n = 0; n < 5; n++) await Promise.resolve();
  };
  return { sent, answer, journal: new Journal(send) };
}

test("entries come to the journal in their order, one at a time, and nobody waits for that", async () => {
  const { journal, sent, answer } = slow();
  for (const text of ["a", "b", "c"]) journal.write(entry(text), () => expect.unreachable());
  expect(messages(sent)).toEqual(["a"]);
  await answer();
  expect(messages(sent)).toEqual(["a", "b"]);
  await answer();
  await answer();
  await journal.drained();
  journal.write(entry("d"), () => expect.unreachable());
  expect(messages(sent)).toEqual(["a", "b", "c", "d"]);
});

test("what is not taken is told to whoever wrote it, and the next is tried all the same", async () => {
  const answers = [false, new Error("no library"), true];
  const refused: string[] = [];
  const journal = new Journal(async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next === true;
  });
  for (const text of ["a", "b", "c"])
    journal.write(entry(text), () => {
      refused.push(text);
      throw new Error("nobody reads this either");
    });
  await journal.drained();
  expect(refused).toEqual(["a", "b"]);
});

test("for a journal that does not read no more than 4 MiB are kept; how many are lost is told once it does", async () => {
  const { journal, sent, answer } = slow();
  const long = entry("x".repeat(2 ** 20 - 7));
  for (let n = 0; n < 7; n++) journal.write(long, () => expect.unreachable());
  for (let n = 0; n < 5; n++) await answer();
  await journal.drained();
  expect(messages(sent).map((text) => text?.slice(0, 20))).toEqual([
    "x".repeat(20),
    "3 entries of the log",
    ...["x".repeat(20), "x".repeat(20), "x".repeat(20)],
  ]);
});

test("the journal is told of where standard output is it, and nowhere else", () => {
  const fd = openSync("/dev/null", "w");
  const { dev, ino } = fstatSync(fd, { bigint: true });
  const open = (JOURNAL_STREAM?: string) => openJournal({ JOURNAL_STREAM }, fd) !== undefined;
  expect([open(`${dev}:${ino}`), open(`${dev}:${ino + 1n}`), open("nonsense"), open(""), open()]).toEqual([
    ...[true, false, false, false, false],
  ]);
  closeSync(fd);
  expect(open(`${dev}:${ino}`)).toBe(false);
});
