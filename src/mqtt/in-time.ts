import type { Clock } from "../clock.ts";
import { StartByMalformedError } from "../request-errors.ts";
import { readStartBy } from "../start-by.ts";

/** What time it is. */
export interface Time {
  /** Milliseconds since 1970. */
  now(): number;
  /** Whether that is known to be right. */
  trusted(): boolean;
}

/**
 * The header for what is to start by a time, and before its message expires (seconds), to be made when it is asked:
 * undefined when the message has expired. The wall clock is looked at on arrival; a turn of it in between changes nothing. What
 * cannot be judged is passed on as it came, and refused by whoever judges it.
 */
export function keptInTime(
  startBy: string,
  expiry: number | undefined,
  clock: Clock,
  time: Time,
): () => { readonly "start-by": string } | undefined {
  const arrived = clock.now();
  const expires = expiry === undefined ? Number.POSITIVE_INFINITY : arrived + expiry * 1000;
  const told = timeIn(startBy);
  const known = told !== undefined && time.trusted();
  const deadline = known ? Math.min(arrived + (told - time.now()), expires) : expires;
  return () => {
    const now = clock.now();
    if (now >= expires) return undefined;
    return { "start-by": known ? new Date(time.now() + (deadline - now)).toISOString() : startBy };
  };
}

function timeIn(text: string): number | undefined {
  try {
    return readStartBy(text);
  } catch (error) {
    if (error instanceof StartByMalformedError) return undefined;
    throw error;
  }
}
