const placeholder = /\{(\w+)\}/g;

/** The names in braces, each as often as it stands there. */
export const placeholders = (...texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => [...text.matchAll(placeholder)].map(([, name = ""]) => name));

/** `text` with what each name in braces stands for. */
export const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(placeholder, (whole, name: string) => values[name] ?? whole);
