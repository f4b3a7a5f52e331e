import { BenchdError } from "../../errors.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import type { Ground } from "../ground.ts";
import { runAction, runInputOf, runThing } from "../runs/run-record.ts";

/** A run has come to its end, and was not cancelled. */
export interface Ended {
  readonly failed: boolean;
  /** Why it has failed. */
  readonly reason: string;
  /** Of its invocation. */
  readonly id: string;
}

type Parts = Pick<Ground, "listen" | "log"> & { readonly scheduler: Pick<Ground["scheduler"], "find" | "list"> };

/** No more have run at a time. */
const maxInterrupted = 100;

/**
 * Be told of each run that has completed or failed, of a stored procedure or of all, and first of those that the process
 * before has left unended; returns how to stop that.
 */
export function watchRuns(
  { listen, scheduler, log }: Parts,
  procedure: string | undefined,
  ended: (run: Ended) => void,
): () => void {
  let over = false;
  const tell = async (run: Ended) => {
    const record = procedure === undefined ? undefined : await scheduler.find(run.id, "history");
    if (!over && (procedure === undefined || (record && isOf(record, procedure)))) ended(run);
  };
  // In the order in which they have ended.
  let turn = interrupted(scheduler).then(async (runs) => {
    for (const run of runs) await tell(run);
  });
  const failed = (error: unknown) => log("error", `an alarm could not look up a run: ${error}`);
  turn = turn.catch(failed);
  const leave = listen(({ event }) => {
    if (event.kind !== "invocation" || event.thing !== runThing || event.action !== runAction) return;
    if (event.status !== "error" && event.status !== "completed") return;
    const reason = event.error?.message ?? "";
    turn = turn.then(() => tell({ failed: event.status === "error", reason, id: event.id })).catch(failed);
  });
  return () => {
    over = true;
    leave();
  };
}

/** Those that were found unended when this process began. */
async function interrupted(scheduler: Parts["scheduler"]): Promise<readonly Ended[]> {
  const which = { thing: runThing, action: runAction, status: "error", limit: maxInterrupted } as const;
  const failed = await scheduler.list(which, "history");
  return failed
    .filter(({ error, endedAt = 0 }) => codeOf(error) === "BENCHD_INTERRUPTED" && endedAt >= performance.timeOrigin)
    .map(({ id, error }) => ({ failed: true, reason: error?.message ?? "", id }));
}

const codeOf = (error: Error | undefined) => (error instanceof BenchdError ? error.code : undefined);

/** Of whatever version; a text that somebody has sent under its name is another. */
function isOf(record: InvocationRecord, procedure: string): boolean {
  const { file, document } = runInputOf(record) ?? {};
  return document === null && file?.split("@", 1)[0] === procedure;
}
