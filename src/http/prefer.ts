import { maxWaitMs } from "./patience.ts";

/** How long a client wants to wait for the end of what it starts. */
export interface Preference {
  readonly waitMs: number;
  /** A client that goes away before it is answered wants the invocation cancelled. */
  readonly cancelOnDisconnect: boolean;
  /** What of the client's wishes is granted, for `Preference-Applied`. */
  readonly applied?: string;
}

/** RFC 7240: `wait=N` seconds; `respond-async` alone means at once. Without either, `usualMs`. `cancel-on-disconnect` is ours. */
export function preference(header: string | string[] | undefined, usualMs: number): Preference {
  if (header === undefined) return { waitMs: usualMs, cancelOnDisconnect: false };
  const wishes = String(header)
    .split(",")
    .map((wish) => wish.split(";", 1)[0]?.trim().toLowerCase() ?? "");
  const async = wishes.includes("respond-async");
  const cancelOnDisconnect = wishes.includes("cancel-on-disconnect");
  const wait = wishes
    .map((wish) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(wish)?.[1])
    .find((seconds) => seconds !== undefined);
  const seconds = wait === undefined ? undefined : Math.min(Number(wait), maxWaitMs / 1000);
  const granted = [
    ...(async ? ["respond-async"] : []),
    ...(seconds === undefined ? [] : [`wait=${seconds}`]),
    ...(cancelOnDisconnect ? ["cancel-on-disconnect"] : []),
  ];
  return {
    waitMs: seconds === undefined ? (async ? 0 : usualMs) : seconds * 1000,
    cancelOnDisconnect,
    ...(granted.length > 0 && { applied: granted.join(", ") }),
  };
}
