/** A timer that has not fired can be cancelled; cancelling twice, or late, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Monotonic time in milliseconds. benchd has two: the bench clock (lanes, drivers, deadlines, replies, twins), which
 * may be simulated, and the process clock (clients, retention), which never is.
 */
export interface Clock {
  /** Now, in ms from a beginning that means nothing: only differences do. */
  now(): number;
  /** Calls `run` once, after `ms`; in the next turn for 0 or less. */
  after(ms: number, run: () => void): Timer;
}

/** setTimeout turns longer delays (25 days) into 1 ms. */
const longestMs = 2 ** 31 - 1;

/** Time as it passes. */
export const realClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    if (ms > longestMs) return inStages(ms, run);
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** What is to last for a month ends after a month, and not before. */
function inStages(ms: number, run: () => void): Timer {
  let stage = realClock.after(longestMs, () => {
    stage = realClock.after(ms - longestMs, run);
  });
  return { cancel: () => stage.cancel() };
}

/** The clock of the kernel's own time stamps (CLOCK_MONOTONIC), in nanoseconds. */
export const kernelTime = (): bigint => process.hrtime.bigint();
