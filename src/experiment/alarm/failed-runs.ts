import type { Ground } from "../ground.ts";

/** A run has come to its end, and was not cancelled. */
export interface Ended {
  readonly failed: boolean;
  /** Why it has failed. */
  readonly reason: string;
  /** Of its invocation. */
  readonly id: string;
}

/** Be told of each run that has completed or failed; returns how to stop that. */
export function watchRuns(listen: Ground["listen"], ended: (run: Ended) => void): () => void {
  return listen(({ event }) => {
    if (event.kind !== "invocation" || event.thing !== "gateway" || event.action !== "run") return;
    if (event.status !== "error" && event.status !== "completed") return;
    ended({ failed: event.status === "error", reason: event.error?.message ?? "", id: event.id });
  });
}
