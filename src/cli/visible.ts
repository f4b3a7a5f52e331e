/**
 * A text with its control characters spelt out, but for line breaks and tabs: what devices, clients and files say must
 * not move the cursor of whoever reads it.
 */
export const visible = (text: string): string =>
  text.replaceAll(control, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
