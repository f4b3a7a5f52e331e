import type { Output } from "../shell.ts";
import { columnsOf, fitted, padded } from "./width.ts";

const gap = "  ";

/**
 * Rows with their columns below each other. In a terminal each is one line, however narrow that is: what has no place is cut.
 * Somewhere else nothing is.
 */
export function table(rows: readonly (readonly string[])[], { isTerminal, columns }: Output): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [n, cell] of row.entries()) widths[n] = Math.max(widths[n] ?? 0, columnsOf(cell));
  return rows.map((row) => {
    const line = row
      .map((cell, n) => padded(cell, widths[n] ?? 0))
      .join(gap)
      .trimEnd();
    return isTerminal ? fitted(line, columns - 1) : line;
  });
}
