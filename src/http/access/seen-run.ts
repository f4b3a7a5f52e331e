import { NotFoundError } from "../../errors.ts";
import { runAction, runInputOf, runThing } from "../../experiment/runs/run-record.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { InvocationFilter } from "../../invocation/journal.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import { seenRecord } from "./seen-record.ts";
import type { Sight } from "./sight.ts";

/** A run exists for whoever may read every Thing that its procedure names. */
export const seesRun = (sight: Sight, record: InvocationRecord): boolean =>
  sight.seesAll(runInputOf(record)?.things ?? []);

/** Also one of an earlier process; throws `NotFoundError`. */
export async function seenRun({ invocations }: Gateway, sight: Sight, id: string): Promise<InvocationRecord> {
  const record = await invocations.find(id, "history");
  if (record?.thing !== runThing || !seesRun(sight, record)) throw new NotFoundError(`there is no run ${id}`);
  return seenRecord(record, sight);
}

/** So many are looked at at a time, for whoever may see few of them. */
const pageSize = 100;

/** Those that exist for somebody, the newest of them in the order in which they were asked for. */
export async function seenRuns(
  { invocations }: Gateway,
  sight: Sight,
  { limit = pageSize, ...filter }: InvocationFilter,
): Promise<readonly InvocationRecord[]> {
  const found: InvocationRecord[] = [];
  for (let { before } = filter; ; ) {
    const wanted = { ...filter, thing: runThing, action: runAction, before, limit: pageSize };
    const page = await invocations.list(wanted, "history");
    found.unshift(...page.filter((record) => seesRun(sight, record)).map((record) => seenRecord(record, sight)));
    before = page[0]?.seq;
    if (before === undefined || page.length < pageSize || found.length >= limit) return found.slice(-limit);
    // Others have their turn: whoever may see few of many has all of them looked through.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
