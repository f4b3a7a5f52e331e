import type { Thing } from "../thing/thing.ts";

/** How a Thing is, for those who look at the whole bench. */
export interface ThingStatus {
  readonly title: string;
  readonly state: string;
  readonly reason: string | null;
  /** The invocation, or write, that holds its lane. */
  readonly running: string | null;
  readonly queued: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function statusOf(thing: Thing): ThingStatus {
  const { title, state, reason = null, lane } = thing;
  const running = lane.holder?.root.label ?? null;
  return { title, state, reason, running, queued: lane.queue.length, metadata: thing.metadata() };
}
