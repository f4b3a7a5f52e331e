import { csvText } from "../../journal/recordings/csv.ts";

/** A cell as it stands in a row. */
interface Cell {
  readonly text: string;
  /** It is a text, also when it is empty or looks like something else. */
  readonly quoted: boolean;
  /** Where it begins in its line. */
  readonly at: number;
}

const written = /"([^"]*(?:""[^"]*)*)"|[^,]*/y;
/** What keeps a spreadsheet from taking a text for a formula. */
const guard = /^'(?=\s*[=+\-@\uff0b\uff0d\uff1d\uff20])/;

/** The cells of one of our rows, which is one line; it may be one that somebody has written to. */
export function cellsIn(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at <= line.length; ) {
    written.lastIndex = at;
    const [raw = "", inside] = written.exec(line) ?? [];
    const text = inside === undefined ? raw : inside.replaceAll('""', '"');
    cells.push({ text: text.replace(guard, ""), quoted: inside !== undefined, at });
    at += raw.length + 1;
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
