import { readFileSync } from "node:fs";
import { InterruptedError, InvocationCancelledError } from "../errors.ts";
import { type Deliveries, unseen } from "../invocation/ledger.ts";
import type { Database } from "./database.ts";
import { writtenError } from "./stored-error.ts";
import type { InvocationRow } from "./stored-invocation.ts";
import { objectionTo, waitedMsOf } from "./waiting.ts";

const interrupted = () =>
  new InterruptedError("benchd ended while this ran: nobody saw what the device did after the last entry of its log");
const dropped = (why: string) => new InvocationCancelledError(`${why} (restart)`, "restart");

const cutOff = () =>
  new InterruptedError("the machine went down while this waited to begin: nobody knows whether it had begun by then");

/**
 * Give what an earlier process has left behind the one end it lacks: what ran is `error` with an unknown outcome, what
 * waited is `cancelled`. When the machine itself went down, what the file calls waiting may have begun: that it had is
 * written at once, but reaches the disk later. With `resumes`, what may be queued again is left waiting, unless that is so or
 * nobody can know. Returns how many have been ended, and whether the machine went down. `now` is the steady wall clock,
 * `uptime` the machine's own, milliseconds.
 */
export function recover(
  database: Database,
  now: number,
  resumes: boolean,
  uptime: number,
): { readonly count: number; readonly rebooted: boolean } {
  shortenLists(database, now);
  const machine = noteBoot(database);
  const rebooted = machine === "another boot";
  const open = database.prepare<unknown[], InvocationRow>("SELECT * FROM invocations WHERE ended_at IS NULL").all();
  const omitted = database.prepare("SELECT 1 FROM parts WHERE seq = ? AND part = 'omitted'");
  const askedAt = database
    .prepare<unknown[], string>("SELECT body FROM parts WHERE seq = ? AND part = 'uptime'")
    .pluck();
  const objection = (row: InvocationRow): string | undefined =>
    objectionTo(row, waitedMsOf(askedAt.get(row.seq), uptime)) ??
    (omitted.get(row.seq) ? "the input of this was too large to be kept" : undefined);
  const resumable = (row: InvocationRow) =>
    resumes && machine === "the same boot" && row.status === "pending" && objection(row) === undefined;
  const left = open.filter((row) => !resumable(row));
  if (left.length === 0) return { count: 0, rebooted };
  const end = database.prepare(
    `UPDATE invocations SET status = ?, ended_at = ?, listed_until = ?, error = ?, reason = ?, unsure = ?, outcome = ?
     WHERE seq = ?`,
  );
  const lastLog = database.prepare<unknown[], number>("SELECT max(entry) FROM log WHERE seq = ?").pluck();
  const putLog = database.prepare(
    "INSERT INTO log (seq, entry, at, level, thing, message, error) VALUES (?, ?, ?, ?, ?, ?, NULL)",
  );
  const steps = database.prepare<unknown[], { n: number; body: string }>("SELECT n, body FROM steps WHERE seq = ?");
  const putStep = database.prepare("UPDATE steps SET body = ? WHERE seq = ? AND n = ?");
  const delivery = database
    .prepare<unknown[], string>("SELECT body FROM parts WHERE seq = ? AND part = 'delivery'")
    .pluck();
  const putDelivery = database.prepare("UPDATE parts SET body = ? WHERE seq = ? AND part = 'delivery'");
  database.transaction(() => {
    for (const row of left) {
      const { seq, thing, status, retention_ms } = row;
      const waited = status === "pending";
      const ran = !waited || rebooted;
      const error = ran
        ? waited
          ? cutOff()
          : interrupted()
        : dropped(objection(row) ?? "benchd was started again before this could begin");
      const outcome = ran ? "unknown" : null;
      const told = [ran ? "error" : "cancelled", now, now + retention_ms, writtenError(error)];
      end.run(...told, ran ? null : "restart", Number(ran), outcome, seq);
      const entry = (lastLog.get(seq) ?? -1) + 1;
      putLog.run(seq, entry, now, ran ? "error" : "info", thing, error.message);
      if (!ran) continue;
      const known = delivery.get(seq);
      if (known !== undefined) putDelivery.run(JSON.stringify(unseen(JSON.parse(known) as Deliveries)), seq);
      for (const { n, body } of steps.all(seq)) {
        const step = JSON.parse(body) as { status: string };
        if (step.status !== "pending" && step.status !== "running") continue;
        putStep.run(JSON.stringify({ ...step, status: "error", error: "it was cut off", endedAt: now }), seq, n);
      }
    }
  })();
  return { count: left.length, rebooted };
}

/** When the wall clock was set back nobody knows how long ago something has ended: of all that, so many may be listed again. */
const listedAgain = 100;

/** What has ended while the wall clock was ahead would be listed until that time has come. */
function shortenLists(database: Database, now: number): void {
  database
    .prepare(
      `UPDATE invocations
       SET listed_until = $now + iif(seq > (SELECT max(seq) FROM invocations) - $listedAgain, retention_ms, 0)
       WHERE listed_until > $now + retention_ms`,
    )
    .run({ now, listedAgain });
}

/** Whether the machine has been started again since this was asked last. */
function noteBoot(database: Database): "the same boot" | "another boot" | "nobody knows" {
  const boot = bootId();
  const before = database.prepare("SELECT value FROM meta WHERE key = 'boot'").pluck().get();
  if (boot === undefined) return "nobody knows";
  if (boot === before) return "the same boot";
  database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('boot', ?)").run(boot);
  return before === undefined ? "nobody knows" : "another boot";
}

/** Linux gives each start of the machine one. */
function bootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    // Elsewhere there is none: a power cut is taken for a kill.
    return undefined;
  }
}
