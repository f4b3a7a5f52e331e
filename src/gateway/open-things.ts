import type { Clock } from "../clock.ts";
import type { Thing } from "../thing/thing.ts";

/** What is being opened takes work when all of it has been tried, or after this time. */
const openPatienceMs = 5000;

/** Open them, side by side; resolves when each has been tried, or takes long. */
export function openThings(things: Iterable<Thing>, processClock: Clock): Promise<void> {
  return patiently(Promise.all([...things].map((thing) => thing.open())), processClock).over;
}

/** `over` resolves when that has come to its end, whichever, or takes long; or once nobody is to wait for it any more, by `hurry`. */
export function patiently(
  opening: Promise<unknown>,
  processClock: Clock,
): { readonly over: Promise<void>; readonly hurry: () => void } {
  let hurry = () => {};
  const over = new Promise<void>((resolve) => {
    const timer = processClock.after(openPatienceMs, resolve);
    hurry = () => {
      timer.cancel();
      resolve();
    };
    opening.then(hurry, hurry);
  });
  return { over, hurry };
}
