import { readNumber } from "../usage.ts";

/** The header that says under which lease something is asked for; nothing where there is none. */
export const leaseHeader = (lease: string | undefined): Readonly<Record<string, string>> =>
  lease === undefined
    ? {}
    : { "lease-number": String(readNumber("--lease", lease, { min: 1, max: 1e15 - 1, whole: true })) };
