/**
 * A value as JSON, in one line that does nothing to a terminal: what JSON leaves as it is, and terminals or people take for
 * something else, is spelt out. Whoever reads the JSON gets the same value.
 */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
