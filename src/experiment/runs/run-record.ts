import type { InvocationRecord } from "../../invocation/record.ts";

/** How an invocation that is a run is called: no Thing may have that name. */
export const runThing = "gateway";
export const runAction = "run";

/** What the record of a run keeps: what was run, and with what. */
export interface RunInput {
  readonly title: string;
  /** As the procedure was named, `titration@3`. */
  readonly file: string;
  /** Of its text. */
  readonly sha256: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Those that it names, sorted. */
  readonly things: readonly string[];
  /** As a dry run has foretold; milliseconds of bench time. */
  readonly expectedMs: number | null;
  /** The text, where no library keeps it. */
  readonly document: string | null;
}

/** What a record tells that is one of a run; undefined for all others, and where it was too large to be kept. */
export function runInputOf(record: Pick<InvocationRecord, "thing" | "action" | "input">): RunInput | undefined {
  const { thing, action, input } = record;
  if (thing !== runThing || action !== runAction || typeof input !== "object" || input === null) return undefined;
  return input as RunInput;
}
