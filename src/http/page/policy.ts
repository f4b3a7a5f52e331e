import { createHash } from "node:crypto";

/** What a page may do: load nothing, send nothing, be in no other page; but what it names. */
export const policyOf = (...allowed: readonly string[]): string =>
  ["default-src 'none'", ...allowed, "base-uri 'none'", "frame-ancestors 'none'"].join("; ");

/** Names what stands in a page itself: that, to the letter, and nothing that somebody has put there. */
export const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
