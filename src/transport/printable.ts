import { escaped } from "../transcript.ts";

/** Bytes as text that can be logged: what is not printable ASCII is escaped. */
export const printable = (bytes: Uint8Array, max = 200): string =>
  escaped(bytes.subarray(0, max)) + (bytes.length > max ? `… (${bytes.length} bytes)` : "");
