import { randomUUID } from "node:crypto";

/**
 * The id of a new invocation: a UUID of version 7 (RFC 9562), which begins with its time (wall clock, milliseconds). In an
 * index the latest stand together, so that a commit writes one page of it and not one for each invocation.
 */
export function invocationId(at: number): string {
  const time = Math.max(0, Math.min(at, 2 ** 48 - 1))
    .toString(16)
    .padStart(12, "0");
  // Behind its version a UUID of version 4 is as random as one of version 7 has to be.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
