const isControl = (code: number) => code < 0x20 || (code >= 0x7f && code <= 0x9f);
/** What ends a line for some readers, or turns the direction of writing. */
const isSly = (code: number) => (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
const isHalf = (code: number) => code >= 0xd800 && code <= 0xdfff;

/** The characters of a text that a terminal obeys or nobody sees, but for line breaks and tabs, as numbers. */
export const controlsIn = (text: string): readonly number[] =>
  [...text]
    .map((character) => character.codePointAt(0) ?? 0)
    .filter((code) => (isControl(code) && code !== 9 && code !== 10) || isSly(code) || isHalf(code));

/** The lines of a text, for a reader to whom everything that might end one does. */
export function linesIn(text: string): readonly string[] {
  const ends = ["\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"];
  return ends.reduce((left, end) => left.replaceAll(end, "\n"), text.replaceAll("\r\n", "\n")).split("\n");
}
