/** Characters that stand in the place of two in a terminal, as far as all of them agree. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
/** What is put over the character before. */
const over = /[\p{Mn}\p{Me}\p{Cf}]/u;

const columnsOfOne = (character: string) => (over.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** How many places a text takes in a terminal; it has no control characters. */
export const columnsOf = (text: string): number => [...text].reduce((sum, one) => sum + columnsOfOne(one), 0);

/** As much of a text as `columns` have place for; what is left out is told by dots. */
export function fitted(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const dots = columns > 3 ? "..." : "";
  let left = columns - dots.length;
  let end = "";
  for (const one of text) {
    left -= columnsOfOne(one);
    if (left < 0) break;
    end += one;
  }
  return `${end.trimEnd()}${dots}`;
}

/** With spaces behind it. */
export const padded = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - columnsOf(text)));
