import { columnsOf } from "./width.ts";

/** So much of a line is for words, however far in they should stand. */
const leastColumns = 16;

/** A text in lines of at most `columns`, broken between words, each `indent` in from the left. A word that is too long stands alone. */
export function wrapped(text: string, columns: number, indent = 0): readonly string[] {
  const from = Math.max(0, Math.min(indent, columns - leastColumns));
  const most = columns - from;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((one) => one !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && columnsOf(longer) > most) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== "") lines.push(line);
  return lines.map((one) => " ".repeat(from) + one);
}
