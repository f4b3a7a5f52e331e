import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { realClock } from "../src/clock.ts";
import { cancelled } from "../src/invocation/cause.ts";
import { Invocation } from "../src/invocation/invocation.ts";
import { SqliteJournal } from "../src/journal/sqlite-journal.ts";

interface Past {
  readonly count: number;
  /** Evenly among the others, so many are of `rareThing`, and were cancelled. */
  readonly rare: number;
}

export const commonThing = "counter0";
export const rareThing = "counter1";
const group = 500;
const dayMs = 24 * 3600 * 1000;

/** Have a gateway that is started in `folder` remember `count` invocations, all of which are listed. */
export async function writePast(folder: string, { count, rare }: Past): Promise<void> {
  mkdirSync(join(folder, "state"), { recursive: true, mode: 0o700 });
  const history = { count: 2 * count, bytes: 2 ** 31 };
  const journal = new SqliteJournal({ file: join(folder, "state", "history.db"), history, log: console.error });
  const every = count / rare;
  for (let n = 0; n < count; n++) {
    const isRare = n % every === 0;
    const invocation = new Invocation({
      thing: isRare ? rareThing : commonThing,
      action: "slow_count",
      input: { n: 5, delay: 0.2 },
      requestedBy: "a benchmark",
      requestedFrom: "127.0.0.1",
      retentionMs: dayMs,
      seq: journal.nextSeq(),
      clock: realClock,
    });
    journal.requested(invocation);
    invocation.start();
    journal.started(invocation);
    invocation.end(isRare ? cancelled("client", "a benchmark") : { status: "completed", output: 5 });
    journal.ended(invocation);
    if (n % group === group - 1) await nextTurn();
  }
  await journal.close();
}
