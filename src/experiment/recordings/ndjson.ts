import type { RecordingAbout, RecordingColumn } from "../../journal/recordings/about.ts";
import { cellsIn } from "./csv-cells.ts";

type Cell = Pick<ReturnType<typeof cellsIn>[number], "text" | "quoted">;
const none: Cell = { text: "", quoted: false };

/**
 * Makes lines of NDJSON from those of the file: an object for each row, with the titles of its columns as keys, and null
 * for what is missing. What stands above the rows makes none.
 */
export function ndjsonOf({ columns }: Pick<RecordingAbout, "columns">): (lines: readonly string[]) => string {
  let isHead = true;
  return (lines) => {
    let text = "";
    for (const line of lines) {
      if (!isHead) text += `${JSON.stringify(rowOf(columns, cellsIn(line)))}\n`;
      else if (line.startsWith("time,")) isHead = false;
    }
    return text;
  };
}

function rowOf(columns: readonly RecordingColumn[], cells: readonly Cell[]): Readonly<Record<string, unknown>> {
  const [time = none, elapsed = none, ...values] = cells;
  const row: Record<string, unknown> = { time: time.text, "elapsed [s]": numberIn(elapsed) };
  for (const [n, { title, kind }] of columns.entries()) row[title] = valueIn(values[n] ?? none, kind);
  row["gap"] = values[columns.length]?.text || null;
  return row;
}

function valueIn(cell: Cell, kind: RecordingColumn["kind"]): unknown {
  if (cell.text === "" && !cell.quoted) return null;
  if (kind === "text") return cell.text;
  if (kind === "number") return numberIn(cell);
  try {
    return JSON.parse(cell.text);
  } catch {
    return cell.text;
  }
}

/** JSON has neither infinity nor what is no number. */
function numberIn({ text }: Cell): unknown {
  if (/^(?:NaN|-?Infinity|null|)$/.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
