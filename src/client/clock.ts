/** A timer that has not fired can be cancelled; cancelling twice, or late, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Monotonic time in milliseconds. */
export interface Clock {
  now(): number;
  after(ms: number, run: () => void): Timer;
}

/** Time as it passes, in a browser as in Node. */
export const passingTime: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};
