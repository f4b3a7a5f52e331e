import { join } from "node:path";
import { expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { AuditTrail } from "../../src/journal/audit.ts";
import { Backlog } from "../../src/journal/backlog.ts";
import { Commits } from "../../src/journal/commits.ts";
import { KeptAudit } from "../../src/journal/kept-audit.ts";
import { killed, openJournal, temporaryFolder } from "./fixture.ts";

const pressed = { by: "ada", what: "emergency_stop.pressed" };

/** An audit trail whose file takes all that is committed; and what of it the disk has. */
function desk() {
  const clock = new DiscreteClock();
  const backlog = new Backlog();
  const file = new Map<number, number>();
  let synced = new Map<number, number>();
  const commits: Commits = new Commits({
    clock,
    inMemory: true,
    commit() {
      for (const { seq, times } of backlog.audit.values()) file.set(seq, times);
      backlog.clear();
      commits.tried();
    },
  });
  const kept = new KeptAudit({
    ...{ backlog, commits, clock, store: () => undefined, beyond: () => 0 },
    async sync() {
      synced = new Map(file);
    },
  });
  const trail = new AuditTrail({ store: kept, clockTrusted: () => true });
  return { clock, trail, times: () => [...synced.values()] };
}

it("how often something was done is there after a power cut when it is a second old, as the entry itself is", async () => {
  const { clock, trail, times } = desk();
  trail.note(pressed);
  await clock.advance(900);
  trail.note(pressed);
  await clock.advance(1000);
  expect(times()).toEqual([2]);
});

it("what was done once more a moment ago is told, and written when the journal closes", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal } = openJournal(file);
  const trail = new AuditTrail({ store: journal.audit, clockTrusted: () => true });
  trail.note(pressed);
  await new Promise((resolve) => setImmediate(resolve));
  trail.note(pressed);
  trail.note(pressed);
  expect(trail.page({ limit: 10 }).map(({ times }) => times)).toEqual([3]);
  await journal.close();
  const after = openJournal(killed(file)).journal;
  expect(after.audit.page({ limit: 10 }).map(({ times }) => times)).toEqual([3]);
});
