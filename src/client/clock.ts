import type { Clock } from "../clock.ts";

/** Time as it passes, in a browser as in Node. */
export const passingTime: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};
