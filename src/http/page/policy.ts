/** What a page may do: load nothing, send nothing, be in no other page; but what it names. */
export const policyOf = (...allowed: readonly string[]): string =>
  ["default-src 'none'", ...allowed, "base-uri 'none'", "frame-ancestors 'none'"].join("; ");
