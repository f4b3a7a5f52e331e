import type { Clock } from "../clock.ts";
import type { Thing } from "../thing/thing.ts";

/** It takes work when every Thing has opened or failed to, or after this time. */
const openPatienceMs = 5000;

/** Open them, side by side; resolves when each has been tried, or takes long. */
export function openThings(things: Iterable<Thing>, processClock: Clock): Promise<void> {
  const opened = Promise.all([...things].map((thing) => thing.open()));
  return new Promise((resolve) => {
    const timer = processClock.after(openPatienceMs, resolve);
    void opened.then(() => {
      timer.cancel();
      resolve();
    });
  });
}
