/** What ends a line for somebody (NEL, U+2028, U+2029), moves a cursor (DEL, C1), or turns the direction of what follows; and halves of characters. */
const unseen = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu;

/** A JSON text whose strings show all of that by escapes, as they do other control characters: the same value, in one line for everybody. */
export const oneLine = (json: string): string =>
  json.replace(unseen, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
