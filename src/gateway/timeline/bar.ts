import { Invocation } from "../../invocation/invocation.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import type { InvocationStatus } from "../../invocation/state.ts";
import type { Beside } from "../../invocation/trace.ts";

/** Of an invocation that has made more calls, the latest. */
const maxSteps = 50;
/** It is not told that one has waited for less. */
const leastQueuedMs = 1;

/** A stretch of an invocation, in milliseconds since 1970; `to` is undefined while it goes on. */
export interface BarPart {
  readonly kind: "queued" | Beside | "step";
  readonly from: number;
  readonly to: number | undefined;
  /** Of a step, and of its waiting for its lane. */
  readonly thing?: string;
  readonly action?: string;
  readonly n?: number;
  readonly status?: InvocationStatus;
}

/** When an invocation was what. */
export interface Frame {
  readonly record: InvocationRecord;
  readonly requestedAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** An invocation as it is drawn: no part of it is outside it, or ends before it begins. */
export interface Bar extends Frame {
  /** By when they began. */
  readonly parts: readonly BarPart[];
}

/** Says what a time of the process clock is on the wall clock of now. */
type Wall = (tick: number) => number;

/** Costs little, as it is made of all that there are. */
export function frameOf(record: InvocationRecord, wall: Wall): Frame {
  if (record instanceof Invocation) {
    // By the process clock, so that nothing of it moves against the rest when somebody sets the wall clock.
    const { requested, started, ended } = record.trace;
    const at = (tick: number | undefined) => (tick === undefined ? undefined : wall(tick));
    return { record, requestedAt: wall(requested), startedAt: at(started), endedAt: at(ended) };
  }
  // As the clock of then had it; how long it waited and ran nobody has set.
  const { requestedAt, waitedMs, ranMs } = record;
  const begun = record.startedAt === undefined ? undefined : requestedAt + (waitedMs ?? record.startedAt - requestedAt);
  const startedAt = begun === undefined ? undefined : Math.max(requestedAt, begun);
  const from = startedAt ?? requestedAt;
  const lasted = (startedAt === undefined ? waitedMs : ranMs) ?? (record.endedAt ?? from) - from;
  return { record, requestedAt, startedAt, endedAt: from + Math.max(0, lasted) };
}

/** With all of its parts. */
export function barOf(frame: Frame, wall: Wall): Bar {
  const { record } = frame;
  const own = queuedOf(frame);
  if (!(record instanceof Invocation)) return { ...frame, parts: own };
  const { ended } = record.trace;
  const at = (tick: number | undefined) => (tick === undefined ? undefined : wall(tick));
  const part = (kind: BarPart["kind"], from: number, to: number | undefined, more = {}): BarPart => ({
    ...{ kind, from: wall(from), ...more },
    to: at(to === undefined || ended === undefined ? (to ?? ended) : Math.min(to, ended)),
  });
  const beside = (["wire", "prompt", "cancel"] as const).flatMap((kind) =>
    record.trace.spans(kind).map(({ from, to }) => part(kind, from, to)),
  );
  const steps = record.steps.slice(-maxSteps).flatMap(({ n, thing, action, status, ticks }) => {
    const begun = ticks.started ?? ticks.requested;
    const waited = part("queued", ticks.requested, ticks.started ?? ticks.ended, { thing, n });
    if (ticks.started === undefined) return [waited];
    return [...(isShort(waited) ? [] : [waited]), part("step", begun, ticks.ended, { thing, action, n, status })];
  });
  return { ...frame, parts: [...own, ...beside, ...steps].sort((a, b) => a.from - b.from) };
}

/** With nothing but how long it has waited. */
export const bareBarOf = (frame: Frame): Bar => ({ ...frame, parts: queuedOf(frame) });

function queuedOf({ requestedAt, startedAt, endedAt }: Frame): readonly BarPart[] {
  const queued: BarPart = { kind: "queued", from: requestedAt, to: startedAt ?? endedAt };
  return isShort(queued) ? [] : [queued];
}

const isShort = ({ from, to }: BarPart): boolean => to !== undefined && to - from < leastQueuedMs;
