import type { Probe } from "./health.ts";

/**
 * Whether what is done is written down. A full disk is no reason to end what runs: another start would find it as full,
 * and new work is refused meanwhile.
 */
export const journalWritable = (journal: { readonly failure: Error | undefined }): Probe => ({
  name: "journal",
  restartHelps: false,
  check: () => journal.failure?.message,
});
