import { currentSignal, type Work } from "../context.ts";

/** The caller's work, done on another Thing: it is cancelled, fenced and logged with the caller. */
export function nestedIn(caller: Work, thing: string): Work {
  return {
    kind: caller.kind,
    thing,
    clock: caller.clock,
    signal: currentSignal() ?? caller.signal,
    fence: caller.fence,
    invocation: caller.invocation,
    within: caller,
    log: (level, message) => caller.log(level, message),
    suspended: () => caller.suspended?.(),
  };
}
