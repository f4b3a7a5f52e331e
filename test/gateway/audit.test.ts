import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { noteStart, noteStop } from "../../src/gateway/lifetimes.ts";
import { AuditTrail } from "../../src/journal/audit.ts";
import { killed, openJournal, openOnSmallDisk, temporaryFolder } from "../journal/fixture.ts";

const newFile = () => join(temporaryFolder(), "history.db");
const turn = () => new Promise((resolve) => setImmediate(resolve));
const trailOf = ({ journal }: Pick<ReturnType<typeof openJournal>, "journal">, trusted = true) =>
  new AuditTrail({ store: journal.audit, clockTrusted: () => trusted });
const told = (audit: AuditTrail, limit = 100) => audit.page({ limit }).map(({ what, detail }) => detail ?? what);

test("what was noted is there after a kill, numbered on, with all that was said of it", async () => {
  const file = newFile();
  const before = trailOf(openJournal(file));
  before.note({ by: { name: "ada", from: "10.0.0.7" }, what: "lease.broken", thing: "pump", detail: "ada went home" });
  before.note({ by: "the gateway", what: "interlock.tripped" });
  await turn();
  const after = trailOf(openJournal(killed(file)), false);
  expect(after.page({ limit: 10 })).toEqual(before.page({ limit: 10 }));
  after.note({ by: "ada", what: "interlock.reset" });
  expect(after.page({ limit: 10 })).toMatchObject([
    { seq: 3, what: "interlock.reset", clockTrusted: false },
    { seq: 2, what: "interlock.tripped", clockTrusted: true, thing: undefined },
    { seq: 1, by: "ada", from: "10.0.0.7", thing: "pump", detail: "ada went home", times: 1 },
  ]);
});

test("what repeats itself is one entry, also in the file, and washes nothing away", async () => {
  const file = newFile();
  const bench = openJournal(file);
  const audit = trailOf(bench);
  audit.note({ by: "ada", what: "interlock.reset" });
  for (let n = 0; n < 5000; n++) audit.note({ by: "eve", what: "emergency_stop.pressed" });
  const expected = [
    { by: "eve", times: 5000 },
    { by: "ada", times: 1 },
  ];
  expect(audit.page({ limit: 10 })).toMatchObject(expected);
  await bench.clock.advance(1000);
  expect(trailOf(openJournal(killed(file))).page({ limit: 10 })).toMatchObject(expected);
});

test("while the disk takes nothing the latest thousand wait in memory, on its pages, and are written when it does", async () => {
  const bench = openOnSmallDisk();
  const audit = trailOf(bench);
  audit.note({ by: "ada", what: "test", detail: "before" });
  await turn();
  bench.fill();
  for (let n = 0; n < 1500; n++) audit.note({ by: "ada", what: "test", detail: `${n} ${"x".repeat(100)}` });
  await turn();
  expect(bench.journal.failure).toBeDefined();
  expect(told(audit, 2000).map((detail) => detail.split(" ")[0])).toHaveLength(1001);
  expect(told(trailOf(openJournal(killed(bench.file))))).toEqual(["before"]);
  bench.free();
  await bench.clock.advance(2000);
  const after = told(trailOf(openJournal(killed(bench.file))), 2000);
  expect([after.length, after[0]?.split(" ")[0], after[999]?.split(" ")[0]]).toEqual([1001, "1499", "500"]);
});

test("it is bounded by number and by age; what was noted under a wrong clock does not age", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const bench = openJournal(newFile(), { days: 1 }, undefined, () => true);
  const [audit, early] = [trailOf(bench), trailOf(bench, false)];
  for (let n = 0; n < 10_600; n++) {
    audit.note({ by: "ada", what: "test", detail: String(n) });
    if (n % 500 === 0) await turn();
  }
  await turn();
  expect(audit.page({ limit: 20_000 }).length).toBeLessThanOrEqual(5500);
  expect(told(audit, 1)).toEqual(["10599"]);
  early.note({ by: "ada", what: "test", detail: "no network yet" });
  await turn();
  for (let hour = 0; hour < 26; hour++) {
    vi.setSystemTime(Date.now() + 60 * 60 * 1000);
    await bench.clock.advance(60 * 60 * 1000);
  }
  expect(told(audit)).toEqual(["no network yet"]);
});

test("how the run before has ended stands there, said by itself or found out", async () => {
  const file = newFile();
  const start = (from: string) => {
    const { journal } = openJournal(from);
    const audit = trailOf({ journal });
    noteStart(audit, journal.audit, { version: "1.2.3", mock: false });
    return { audit, journal };
  };
  const first = start(file);
  noteStop(first.audit, "SIGTERM");
  await first.journal.close();
  const second = start(file);
  expect(told(second.audit)).toEqual(["benchd 1.2.3", "SIGTERM", "benchd 1.2.3"]);
  await turn();
  const third = start(killed(file));
  expect(told(third.audit, 2)).toEqual(["benchd 1.2.3", "the run before this one: it was killed, or has crashed"]);
});

test("what clients do all day washes away nothing that is rare, neither in the file nor while the disk takes nothing", async () => {
  const bench = openOnSmallDisk();
  const audit = trailOf(bench);
  audit.note({ by: "ada", what: "emergency_stop.pressed", detail: "smoke" });
  for (let n = 0; n < 6000; n++) {
    audit.note({ by: `client ${n}`, what: "action.invoked" });
    if (n % 500 === 0) await turn();
  }
  await turn();
  expect(audit.page({ limit: 20_000 }).length).toBeLessThan(5600);
  bench.fill();
  audit.note({ by: "ada", what: "lease.broken", detail: "x".repeat(400) });
  for (let n = 0; n < 2000; n++) audit.note({ by: `${n} ${"x".repeat(100)}`, what: "property.written" });
  await turn();
  expect(bench.journal.failure).toBeDefined();
  for (const what of ["emergency_stop.pressed", "lease"]) expect(audit.page({ limit: 10, what })).toHaveLength(1);
});

test("what is frequent is counted together for a minute, whatever lies between; what is rare in a row only", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const audit = trailOf(openJournal());
  for (let n = 0; n < 3; n++) {
    for (const by of ["ada", "bob"]) audit.note({ by, what: "action.invoked", thing: "pump", detail: "dispense" });
    audit.note({ by: "ada", what: "emergency_stop.pressed" });
    audit.note({ by: "bob", what: "emergency_stop.cleared" });
  }
  const counted = (what: string) => audit.page({ limit: 20, what }).map(({ by, times }) => `${by} ${times}`);
  expect(counted("action")).toEqual(["bob 3", "ada 3"]);
  expect(counted("emergency_stop")).toEqual(["bob 1", "ada 1", "bob 1", "ada 1", "bob 1", "ada 1"]);
  vi.setSystemTime(Date.now() + 60_000);
  audit.note({ by: "ada", what: "action.invoked", thing: "pump", detail: "dispense" });
  expect(counted("action")).toEqual(["ada 1", "bob 3", "ada 3"]);
});

test("who is refused under ten thousand addresses leaves a hundred entries a minute, and one for all the others", () => {
  const audit = trailOf(openJournal());
  for (let n = 0; n < 10_000; n++)
    audit.note({ by: { name: `fd00::${n}`, from: `fd00::${n}` }, what: "access.refused", detail: "401 GET /health" });
  const entries = audit.page({ limit: 1000 });
  expect(entries).toHaveLength(101);
  expect(entries[0]).toMatchObject({ by: "many", from: undefined, times: 9900 });
  // Of who was let in nobody is left out.
  for (let n = 0; n < 300; n++) audit.note({ by: `client ${n}`, what: "action.invoked" });
  expect(audit.page({ limit: 1000, what: "action" })).toHaveLength(300);
});

test("it is asked for by who, what, which Thing and since when; also what is not written yet", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const audit = trailOf(openJournal(newFile()));
  audit.note({ by: "ada", what: "lease.taken", thing: "pump" });
  audit.note({ by: "bob", what: "lease.broken", thing: "pump" });
  audit.note({ by: "bob", what: "leases.counted", thing: "stage" });
  const since = Date.now() + 1000;
  vi.setSystemTime(since);
  audit.note({ by: "bob", what: "lease.taken", thing: "stage" });
  const look = () =>
    [{ thing: "pump" }, { by: "bob" }, { what: "lease" }, { what: "lease.taken" }, { what: "%" }, { since }].map(
      (filter) => audit.page({ limit: 10, ...filter }).map(({ seq }) => seq),
    );
  const expected = [[2, 1], [4, 3, 2], [4, 2, 1], [4, 1], [], [4]];
  expect(look()).toEqual(expected);
  vi.useRealTimers();
  await turn();
  expect(look()).toEqual(expected);
});

test("no secret is kept in it, whoever says it", () => {
  const audit = trailOf(openJournal());
  const token = `benchd_0123456789ab_${"s".repeat(43)}`;
  audit.note({ by: token, what: "lease.broken", detail: `${"x".repeat(470)} ${token}` });
  expect(JSON.stringify(audit.page({ limit: 1 }))).not.toContain("sss");
});
