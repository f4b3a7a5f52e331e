/** The parts of a Markdown page that a program writes: each between `<!-- name -->` and `<!-- /name -->`. */

const parts = (name: string) => new RegExp(`(^<!-- ${name} -->\\n)([\\s\\S]*?)(^<!-- /${name} -->$)`, "m");

/** What stands there; undefined when the page has no such place. */
export const sectionIn = (page: string, name: string): string | undefined => parts(name).exec(page)?.[2]?.trim();

/** The page with another text there, and nothing else changed. */
export const withSection = (page: string, name: string, text: string): string =>
  page.replace(parts(name), (_, begin: string, __, end: string) => `${begin}\n${apart(text)}\n\n${end}`);

/** Tables apart from what is said before them. */
const apart = (text: string) => text.trim().replaceAll(/^([^|\n].*)\n(?=\|)/gm, "$1\n\n");
