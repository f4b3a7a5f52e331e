import { maxWaitMs } from "./patience.ts";

/** How long a client wants to wait for the end of what it starts. */
export interface Preference {
  readonly waitMs: number;
  /** What of the client's wishes is granted, for `Preference-Applied`. */
  readonly applied?: string;
}

/** RFC 7240: `wait=N` seconds; `respond-async` alone means at once. Without either, `usualMs`. */
export function preference(header: string | string[] | undefined, usualMs: number): Preference {
  if (header === undefined) return { waitMs: usualMs };
  const wishes = String(header)
    .split(",")
    .map((wish) => wish.split(";", 1)[0]?.trim().toLowerCase() ?? "");
  const async = wishes.includes("respond-async");
  const wait = wishes
    .map((wish) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(wish)?.[1])
    .find((seconds) => seconds !== undefined);
  if (wait !== undefined) {
    const seconds = Math.min(Number(wait), maxWaitMs / 1000);
    return { waitMs: seconds * 1000, applied: async ? `respond-async, wait=${seconds}` : `wait=${seconds}` };
  }
  return async ? { waitMs: 0, applied: "respond-async" } : { waitMs: usualMs };
}
