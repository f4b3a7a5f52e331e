import { csvText } from "../../journal/recordings/csv.ts";

/** A cell as it stands in a row. */
interface Cell {
  readonly text: string;
  /** It is a text, also when it is empty or looks like something else. */
  readonly quoted: boolean;
  /** Where it begins in its line. */
  readonly at: number;
}

/** What keeps a spreadsheet from taking a text for a formula. */
const guard = /(^|;)'(?=\s*[=+\-@\uff0b\uff0d\uff1d\uff20])/g;

/** Behind the quote that closes the cell which begins there; a doubled one does not. */
function quotedEnd(line: string, at: number): number {
  let end = line.indexOf('"', at + 1);
  while (end >= 0 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
  return end < 0 ? line.length : end + 1;
}

function commaIn(line: string, at: number): number {
  const comma = line.indexOf(",", at);
  return comma < 0 ? line.length : comma;
}

/** The cells of one of our rows, which is one line; it may be one that somebody has written to. */
export function cellsIn(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at <= line.length; ) {
    const quoted = line[at] === '"';
    const end = quoted ? quotedEnd(line, at) : commaIn(line, at);
    const text = quoted ? line.slice(at + 1, end - 1).replaceAll('""', '"') : line.slice(at, end);
    cells.push({ text: text.replace(guard, "$1"), quoted, at });
    at = end + 1;
  }
  return cells;
}

/** A line of a file with what people and drivers say in it put otherwise; values stay as they are. */
export function reworded(line: string, reword: (words: string) => string): string {
  if (line.startsWith("#")) return reword(line);
  // In most rows nothing is missing, so that nothing is said.
  const last = line.endsWith(",") ? undefined : cellsIn(line).at(-1);
  return last ? `${line.slice(0, last.at)}${csvText(reword(last.text))}` : line;
}
