import type { LogEntry } from "../../invocation/log.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import { withHrefs } from "../blobs/blob-json.ts";
import { type Base, levels, time } from "../invocation-json.ts";

/** An invocation as it stands in python-labthings' list: without what may be large. */
export function actionEntry(invocation: InvocationRecord, { origin, prefix }: Base) {
  const { id, thing, action, status, progress } = invocation;
  const href = `${origin}${prefix}/actions/${id}`;
  return {
    id,
    action,
    status,
    href,
    timeRequested: time(invocation.requestedAt),
    timeCompleted: time(invocation.endedAt),
    progress: progress === null ? null : Math.floor(progress),
    // What an action tells on its way; ours tell it in words, in the log.
    data: {},
    links: {
      self: {
        href,
        mimetype: "application/json",
        methods: ["GET", "DELETE"],
        description: "Manage a particular action.",
      },
    },
    thing,
  };
}

/** All of an invocation in python-labthings' words. What has failed has its reason as its output. */
export function actionJson(invocation: InvocationRecord, base: Base) {
  const { status, input, output, error, log } = invocation;
  return {
    ...actionEntry(invocation, base),
    input: withHrefs(input ?? null, base),
    output: withHrefs((status === "error" ? error?.message : output) ?? null, base),
    log: log.entries().map(lineJson),
  };
}

function lineJson({ at, level, thing, message }: LogEntry) {
  return {
    message,
    levelname: level.toUpperCase(),
    levelno: levels[level],
    lineno: 0,
    filename: thing,
    name: thing,
    created: time(at),
  };
}
