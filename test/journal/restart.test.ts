import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { DisconnectedError, InterruptedError, InvocationCancelledError, StorageError } from "../../src/errors.ts";
import { Invocation } from "../../src/invocation/invocation.ts";
import { killed, openJournal, temporaryFolder } from "./fixture.ts";

const newFile = () => join(temporaryFolder(), "history.db");
const openAgain = (file: string) => openJournal(killed(file));

describe("after the process was killed", () => {
  it("after the wall clock was set back not all that has ever ended is listed again", async () => {
    const file = newFile();
    const ahead = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 14 * 24 * 60 * 60 * 1000);
    onTestFinished(() => ahead.mockRestore());
    const { run } = openJournal(file);
    for (let n = 0; n < 150; n++) await run();
    const latest = await run();
    ahead.mockRestore();
    const listed = await openAgain(file).journal.list({}, "listed");
    expect([listed.length, listed.at(-1)?.id]).toEqual([100, latest.id]);
  });

  it("what ended while the wall clock was ahead is listed no longer than anything else", async () => {
    const file = newFile();
    const ahead = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 10 * 365 * 24 * 60 * 60 * 1000);
    onTestFinished(() => ahead.mockRestore());
    const { run } = openJournal(file);
    const { id } = await run();
    ahead.mockRestore();
    const { journal, clock } = openAgain(file);
    await clock.advance(59_000);
    expect(await journal.find(id, "listed")).toBeDefined();
    await clock.advance(2000);
    expect(await journal.find(id, "listed")).toBeUndefined();
    expect(await journal.find(id, "history")).toBeDefined();
  });

  it("what was acknowledged is there with all that was known of it", async () => {
    const file = newFile();
    const { clock, start, end } = openJournal(file);
    const dose = start({ input: { mL: 5 }, requestedBy: "10.0.0.7" });
    dose.used([{ thing: "pump", driver: "syringe-pump", benchd: "0.1.0", configuration: "c0ffee", firmware: "3.928" }]);
    dose.write("info", "pump", "the first line");
    dose.write("error", "pump", "the second", new Error("boom"));
    dose.deliver({}, "pump", { unit: "mL", requested: 5, confirmed: 5 });
    dose.keep({ thing: "pump", entries: [{ seq: 1, direction: "sent", at: 2, bytes: Buffer.from([0, 255]) }] });
    const step = dose.step("pump", "infuse");
    step.start();
    step.end("completed");
    await clock.advance(250);
    await end(dose, { status: "completed", output: { done: [1, 2] } });
    const { journal } = openAgain(file);
    const found = await journal.find(dose.id, "listed");
    const told = ({ log, steps, error, ended, ...rest }: NonNullable<typeof found>) => ({
      ...rest,
      log: log.entries(),
      steps: steps.map(({ thing, action, status }) => [thing, action, status]),
    });
    const fields = [
      "id",
      "seq",
      "thing",
      "action",
      "input",
      "requestedBy",
      "requestedAt",
      "startedAt",
      "endedAt",
    ] as const;
    const more = [
      "status",
      "output",
      "progress",
      "delivery",
      "lastCalls",
      "provenance",
      "excerpts",
      "ranMs",
      "waitedMs",
    ] as const;
    for (const field of [...fields, ...more]) expect([field, found?.[field]]).toEqual([field, dose[field]]);
    expect(found && told(found)).toMatchObject({ log: dose.log.entries(), steps: [["pump", "infuse", "completed"]] });
    expect(found?.ranMs).toBe(250);
  });

  it("what ran has failed with an unknown outcome, and keeps its last confirmed amount (F01)", async () => {
    const file = newFile();
    const { journal: before, clock, start } = openJournal(file);
    const dose = start();
    await before.acknowledged(dose);
    dose.write("info", "pump", "it runs");
    dose.report({ done: 2, of: 5 });
    dose.deliver({}, "pump", { unit: "mL", requested: 5, confirmed: 2 });
    dose.step("pump", "infuse").start();
    await clock.advance(1000);
    const { journal, logged } = openAgain(file);
    const found = await journal.find(dose.id, "listed");
    expect(found).toMatchObject({ status: "error", outcome: "unknown", progress: 40, reason: undefined });
    expect(found?.error).toMatchObject({ code: new InterruptedError("").code, name: "InterruptedError" });
    // It may have gone on to its end without us.
    expect(found?.delivery).toEqual([{ thing: "pump", unit: "mL", requested: 5, confirmed: 2, uncertain: 3 }]);
    expect(found?.steps.map(({ status, error }) => [status, error])).toEqual([["error", "it was cut off"]]);
    expect(found?.log.entries().map(({ message }) => message)).toEqual(["it runs", found?.error?.message]);
    expect(logged).toEqual([expect.stringContaining("1 invocations of an earlier run had not ended")]);
  });

  it("what waited is cancelled, as it has never begun", async () => {
    const file = newFile();
    const { journal: before, request } = openJournal(file);
    const queued = request();
    await before.acknowledged(queued);
    const { journal } = openAgain(file);
    const found = await journal.find(queued.id, "listed");
    expect(found).toMatchObject({ status: "cancelled", reason: "restart", outcome: undefined });
    expect(found?.error).toBeInstanceOf(InvocationCancelledError);
  });

  it("what has just begun is never told as if it had not", async () => {
    const file = newFile();
    const { journal: before, request } = openJournal(file);
    const queued = request();
    await before.acknowledged(queued);
    queued.start();
    before.started(queued);
    const { journal } = openAgain(file);
    expect(await journal.find(queued.id, "listed")).toMatchObject({ status: "error", outcome: "unknown" });
  });

  it("numbers go on counting, and what had ended has not changed", async () => {
    const file = newFile();
    const { run } = openJournal(file);
    const [first, second] = [await run(1), await run(2)];
    const { journal, logged } = openAgain(file);
    expect(journal.nextSeq()).toBe(second.seq + 1);
    expect((await journal.list({}, "listed")).map(({ seq, output }) => [seq, output])).toEqual([
      [first.seq, 1],
      [second.seq, 2],
    ]);
    expect(logged).toEqual([]);
  });

  it("what was written as it ended, before the journal was told, is listed for its time", async () => {
    const file = join(temporaryFolder(), "history.db");
    const { journal, start, request } = openJournal(file);
    const invocation = start();
    invocation.end({ status: "completed", output: null });
    await journal.acknowledged(request());
    const after = openJournal(killed(file));
    expect(await after.journal.find(invocation.id, "listed")).toMatchObject({ status: "completed" });
  });

  it("errors have the name, the code and the words that they had", async () => {
    const file = newFile();
    const { start, end } = openJournal(file);
    const ends = [
      new DisconnectedError("the cable is out", { outcome: "unknown" }),
      new TypeError("x is not a function"),
      new InvocationCancelledError("cancelled by ada", "client"),
    ];
    for (const error of ends) await end(start(), { status: "error", error, reason: "client" });
    const { journal } = openAgain(file);
    const found = await journal.list({}, "listed");
    expect(found.map(({ error }) => [error?.name, error?.message, error && "code" in error && error.code])).toEqual([
      ["DisconnectedError", "the cable is out", "BENCHD_DISCONNECTED"],
      ["TypeError", "x is not a function", false],
      ["InvocationCancelledError", "cancelled by ada", "BENCHD_INVOCATION_CANCELLED"],
    ]);
    expect(found.map(({ outcome }) => outcome)).toEqual(["unknown", undefined, undefined]);
    expect(found[2]?.error).toBeInstanceOf(InvocationCancelledError);
  });

  it("the device's own counter settles what the last call on it has delivered, once", async () => {
    const file = newFile();
    const { clock, start } = openJournal(file);
    const doses = start();
    const [first, second] = [{}, {}];
    doses.deliver(first, "pump", { unit: "mL", requested: 5, confirmed: 5 });
    doses.settle(first);
    doses.deliver(second, "pump", { unit: "mL", requested: 3, confirmed: 1 });
    await clock.advance(1000);
    const { journal } = openAgain(file);
    const last = await journal.lastDelivery("pump");
    expect(last?.lastCalls).toEqual([{ thing: "pump", unit: "mL", requested: 3, confirmed: 1, uncertain: 2 }]);
    await journal.reconcile(doses.id, "pump", [{ unit: "mL", requested: 3, confirmed: 2.5 }]);
    const settled = await journal.find(doses.id, "listed");
    expect(settled?.delivery).toEqual([{ thing: "pump", unit: "mL", requested: 8, confirmed: 7.5, uncertain: 0 }]);
    expect(settled?.lastCalls).toEqual([]);
    expect(settled?.log.entries().at(-1)?.message).toContain("the device counted 2.5 mL");
  });
});

it("what is asked for once more is counted and told once", async () => {
  const file = newFile();
  const { journal: before, request } = openJournal(file);
  const queued = Array.from({ length: 5 }, (_, n) => request({ input: { n }, restartWithinMs: 60_000 }));
  for (const one of queued) one.write("info", "pump", "it waits");
  await Promise.all(queued.map((one) => before.synced(one)));
  // Writes what has been told of them since.
  await before.close();
  const { journal, clock, run, end } = openJournal(file, { count: 10 });
  expect(journal.waiting.map(({ id, input, log }) => [id, input, log.length])).toEqual(
    queued.map(({ id, input }) => [id, input, 1]),
  );
  for (const waiting of journal.waiting) {
    const again = new Invocation({
      ...waiting,
      clock,
      again: waiting,
      changed: (one, part) => journal.changed(one, part),
    });
    journal.requested(again);
    again.write("info", "pump", "it goes on");
    await end(again, { status: "cancelled", reason: "restart" });
  }
  for (let n = 0; n < 5; n++) await run(n);
  const all = await openAgain(file).journal.list({}, "history");
  expect(all).toHaveLength(10);
  expect(all.slice(0, 5).map(({ log, seq }) => [seq, log.entries().map(({ message }) => message)])).toEqual(
    queued.map(({ seq }) => [seq, ["it waits", "it goes on"]]),
  );
});

it("an input or output too large for the file is there while the process lasts, and told as missing afterwards", async () => {
  const file = newFile();
  const { journal: before, run } = openJournal(file);
  const large = await run("x".repeat(2 ** 21));
  expect((await before.find(large.id, "listed"))?.output).toBe(large.output);
  const { journal } = openAgain(file);
  expect(await journal.find(large.id, "listed")).toMatchObject({ status: "completed", omitted: ["output"] });
  expect((await journal.find(large.id, "listed"))?.output).toBeUndefined();
});

it("an output that is no JSON keeps nothing else from being written", async () => {
  const file = newFile();
  const { run } = openJournal(file);
  const [odd, plain] = [await run(5n), await run("plain")];
  const { journal } = openAgain(file);
  expect((await journal.find(odd.id, "listed"))?.omitted).toEqual(["output"]);
  expect((await journal.find(plain.id, "listed"))?.output).toBe("plain");
});

it("what is asked to survive a power cut is told when the disk has it, and refused by a journal that cannot write", async () => {
  const { journal, run } = openJournal(newFile());
  await journal.synced(await run());
  const nowhere = openJournal(join(temporaryFolder(), "missing/history.db"));
  const lost = await nowhere.run();
  await expect(nowhere.journal.synced(lost)).rejects.toThrow(StorageError);
});
