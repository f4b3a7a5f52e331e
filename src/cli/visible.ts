/**
 * A text with its control characters spelt out, but for line breaks and tabs, and with them what turns the direction of writing,
 * what other programs take for line breaks, and halves of characters: what devices, clients and files say must not move the cursor of
 * whoever reads it, nor look like something else.
 */
export const visible = (text: string): string =>
  text.replaceAll(control, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu;
