import { shortened } from "../../parts/value-text.ts";
import { maxLines, type ShownLine } from "./traffic-log.ts";

/** When, which way and what. */
type Piece = readonly [ms: number, way: string, text: string];

/** What went over the wires while an invocation ran, as the gateway keeps it. */
export interface Transcript {
  readonly thing: string;
  readonly action: string;
  readonly things: Readonly<Record<string, { readonly during?: readonly Piece[] }>>;
}

const directions: Readonly<Record<string, ShownLine["direction"]>> = { ">": "sent", "<": "received" };

/** The first of them, to be looked at. */
export function linesOf(during: readonly Piece[]): { readonly lines: readonly ShownLine[]; readonly more: number } {
  const lines = during.slice(0, maxLines).map(
    ([at, way, text], n): ShownLine => ({
      ...{ n, at, text: shortened(String(text), 2000), invocation: null },
      direction: directions[way] ?? "note",
    }),
  );
  return { lines, more: during.length - lines.length };
}
