import type { LogLevel } from "../context.ts";
import type { LogEntry } from "../invocation/log.ts";
import type { InvocationRecord, StepRecord } from "../invocation/record.ts";
import { withHrefs } from "./blobs/blob-json.ts";
import { problem } from "./problem.ts";

/** Where the client found us, and what stands before every path. */
export interface Base {
  readonly origin: string;
  readonly prefix: string;
}

export const invocationUrl = ({ origin, prefix }: Base, id: string) => `${origin}${prefix}/action_invocations/${id}`;

/** What a list leaves out. */
interface Details {
  readonly input?: unknown;
  readonly output?: unknown;
  readonly log?: readonly unknown[];
  readonly error?: unknown;
  readonly delivery?: InvocationRecord["delivery"];
  readonly steps?: readonly unknown[];
  readonly provenance?: InvocationRecord["provenance"];
}

const noDetails: Details = {};

/** An invocation as it stands in a list. */
export const invocationEntry = (invocation: InvocationRecord, base: Base) => told(invocation, base, noDetails);

/** LabThings' keys come first, then ours. It is one literal, as one is made for each answer: put together of two it took five times as long. */
function told<Given extends Details>(invocation: InvocationRecord, base: Base, details: Given) {
  const href = invocationUrl(base, invocation.id);
  return {
    status: invocation.status,
    id: invocation.id,
    action: `${base.prefix}/${invocation.thing}/${invocation.action}`,
    href,
    timeStarted: time(invocation.startedAt),
    timeRequested: time(invocation.requestedAt),
    timeCompleted: time(invocation.endedAt),
    links: [
      { href, type: null, rel: "self", anchor: null },
      { href: `${href}/output`, type: null, rel: "output", anchor: null },
    ],
    seq: invocation.seq,
    progress: invocation.progress,
    queuePosition: invocation.queuePosition,
    waitingFor: invocation.waitingFor,
    reason: invocation.reason ?? null,
    outcome: invocation.outcome ?? null,
    forced: invocation.forced,
    input: details.input as Given["input"],
    output: details.output as Given["output"],
    log: details.log as Given["log"],
    error: details.error as Given["error"],
    delivery: details.delivery as Given["delivery"],
    steps: details.steps as Given["steps"],
    provenance: details.provenance as Given["provenance"],
  };
}

/** All of an invocation, with its log from entry `logSince` on. */
export const invocationJson = (invocation: InvocationRecord, base: Base, logSince = 0) =>
  told(invocation, base, {
    input: withHrefs(invocation.input ?? null, base),
    output: withHrefs(invocation.output ?? null, base),
    log: invocation.log.entries(logSince).map(logEntryJson),
    error: invocation.error ? problem(invocation.error) : null,
    delivery: invocation.delivery,
    steps: invocation.steps.map(stepJson),
    provenance: invocation.provenance,
  });

export function stepJson({ thing, action, status, progress, requestedAt, startedAt, endedAt, error }: StepRecord) {
  const times = { timeRequested: time(requestedAt), timeStarted: time(startedAt), timeCompleted: time(endedAt) };
  return { thing, action, status, progress, ...times, error: error ?? null };
}

/** The levels of Python's logging, which LabThings' client compares by number. */
export const levels: Readonly<Record<LogLevel, number>> = { debug: 10, info: 20, warning: 30, error: 40 };

function logEntryJson({ seq, at, level, thing, message, error }: LogEntry) {
  return {
    message,
    levelname: level.toUpperCase(),
    levelno: levels[level],
    // A driver's line in a file is not known here; the Thing that speaks is.
    lineno: 0,
    filename: thing,
    created: time(at),
    exception_type: error?.name ?? null,
    traceback: error?.stack ?? null,
    seq,
    thing,
  };
}

/** What begins and ends at once has one time, which is written once. */
let latest = { ms: 0, text: new Date(0).toISOString() };

export function time(ms: number | undefined): string | null {
  if (ms === undefined) return null;
  if (ms !== latest.ms) latest = { ms, text: new Date(ms).toISOString() };
  return latest.text;
}
