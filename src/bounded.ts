import type { Clock } from "./clock.ts";
import { FencedError } from "./errors.ts";

/** `work`, or after `ms` a rejection: whatever `work` does then is nobody's business. */
export function bounded<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(new FencedError(`no answer within ${ms / 1000} s`)));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
