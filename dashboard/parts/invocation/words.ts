import type { ToldInvocation } from "../../bench/invocation-state.ts";

/** What it waits for, as far as that is known. */
export interface Waiting {
  readonly queuePosition: number | null;
  readonly waitingFor: string | null;
}

const reasons: Readonly<Record<string, string>> = {
  client: "somebody has cancelled it",
  stopped: "its Thing was stopped",
  emergency_stop: "by the emergency stop",
  interlocked: "an interlock has tripped",
  lease_lost: "the lease on its Thing was lost",
  replaced: "another has taken its place",
  shutdown: "benchd was ended",
  restart: "benchd was started again",
  deadline: "its time was over",
  failed: "something that it was part of has failed",
};

const waits: Readonly<Record<string, string>> = {
  operator: "waits for an answer of somebody at the bench",
  resume: "paused: waits to be resumed",
};

/** How an invocation stands, in a few words beside its status; "" when that says it all. */
export function statusWords({ status, reason }: Pick<ToldInvocation, "status" | "reason">, waiting?: Waiting): string {
  if (status === "cancelled" && reason !== null) return own(reasons, reason) ?? reason;
  const waitingFor = waiting?.waitingFor?.replace(idOf, "") ?? null;
  if (status === "running" && waitingFor !== null) return own(waits, waitingFor) ?? `waits for ${waitingFor}`;
  if (status !== "pending") return "";
  const before = waiting?.queuePosition ?? 0;
  const queue = before > 1 ? `${before} are before it` : before === 1 ? "one is before it" : "it is next";
  return waitingFor === null ? queue : `${queue}; waits for ${waitingFor}`;
}

/** What nobody knows of it, and what to do then; "" when all is known. */
export const outcomeWords = (outcome: string | null): string =>
  outcome === "unknown" ? "Nobody can know what the device has done: look at it before you go on." : "";

/** What it waits for is told with its id, which tells people nothing. */
const idOf = / \([\da-f-]{36}\)$/;

const own = (table: Readonly<Record<string, string>>, name: string) =>
  Object.hasOwn(table, name) ? table[name] : undefined;
