import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { Invocation } from "../../src/invocation/invocation.ts";
import { MemoryJournal } from "../../src/journal/memory-journal.ts";

const ended = (input: unknown, retentionMs = 1e9) => {
  const invocation = new Invocation({
    thing: "counter",
    action: "anything",
    input,
    requestedBy: "a test",
    retentionMs,
  });
  invocation.start();
  invocation.end({ status: "completed", output: null });
  return invocation;
};

test("ended invocations are kept for their retention time, and the sweep needs nobody to ask", async () => {
  const clock = new DiscreteClock();
  const journal = new MemoryJournal(clock);
  const [short, long] = [ended(null, 500), ended(null, 1000)];
  await journal.ended(long);
  await journal.ended(short);
  await clock.advance(499);
  expect(await journal.find(short.id)).toBe(short);
  await clock.advance(1);
  expect([await journal.find(short.id), await journal.find(long.id)]).toEqual([undefined, long]);
  await clock.advance(500);
  expect(await journal.list({})).toEqual([]);
  expect(clock.nextDue()).toBeUndefined();
});

test("at most 1000 are kept, the latest", async () => {
  const journal = new MemoryJournal(new DiscreteClock());
  const all = Array.from({ length: 1100 }, () => ended(null));
  for (const one of all) await journal.ended(one);
  expect(await journal.list({})).toEqual(all.slice(100));
  await journal.close();
});

test("large inputs are bounded by what they weigh, not by their number; the newest stays", async () => {
  const journal = new MemoryJournal(new DiscreteClock());
  const megabyte = "x".repeat(2 ** 20);
  for (let n = 0; n < 200; n++) await journal.ended(ended({ text: megabyte }));
  const kept = await journal.list({});
  expect(kept.length).toBeGreaterThan(20);
  expect(kept.length).toBeLessThanOrEqual(32);
  const huge = ended({ text: "x".repeat(80 * 2 ** 20) });
  await journal.ended(huge);
  expect(await journal.list({})).toEqual([huge]);
});

test("a closed journal leaves no timer behind", async () => {
  const clock = new DiscreteClock();
  const journal = new MemoryJournal(clock);
  await journal.ended(ended(null));
  await journal.close();
  expect(clock.nextDue()).toBeUndefined();
});
