import { afterEach, beforeEach } from "vitest";

/** What promises have been rejected with during a test while nobody listened: such a thing ends a process. */
export function unhandledRejections(): readonly unknown[] {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  beforeEach(() => {
    unhandled.length = 0;
    process.on("unhandledRejection", note);
  });
  afterEach(() => void process.off("unhandledRejection", note));
  return unhandled;
}
