/** By these a formula begins, in whatever width; in some countries a semicolon ends a cell, whatever the file says. */
const formula = /(^|;)(?=\s*[=+\-@\uff0b\uff0d\uff1d\uff20])/g;
/** In a line that is no row a comma does, too; a negative number of JSON is none. */
const within = /([,;]\s*)(?!-\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:[\]},;]|$))(?=[=+\-@\uff0b\uff0d\uff1d\uff20])/g;
/** A line of the file is a row, whatever a device says. */
const control = /[\p{Cc}\u2028\u2029]/gu;
const quoted = /[",;#]|^\s|\s$|^$/;

/** A text as a cell of RFC 4180, in one line, and nothing that a spreadsheet would take for a formula. */
export function csvText(text: string): string {
  const visible = text.replaceAll(control, shown);
  const harmless = visible.replace(formula, "$1'");
  return quoted.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** What is told above the rows, in one line, where a spreadsheet takes what is between commas for cells. */
export const csvComment = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").replace(within, "$1'");

/** A row without values, and why it has none; `columns` are those of values. */
export const gapLine = (time: string, elapsed: string, columns: number, why: string): string =>
  `${time},${elapsed},${",".repeat(columns)}${csvText(why)}\n`;

/** `\n` as `␊`; what has no picture as `�`. */
function shown(control: string): string {
  const code = control.charCodeAt(0);
  if (code === 0x7f) return "␡";
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : "�";
}
