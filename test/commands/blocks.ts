import { pages, textOf } from "../site/pages.ts";

/** Something in a page that stands between fences. */
export interface Block {
  readonly page: string;
  /** Of its first line, in the page. */
  readonly line: number;
  /** `sh`, `python`; empty where the page does not say. */
  readonly language: string;
  /** The file it is, where the page says so: ```` ```ts dose.ts ````. */
  readonly name: string;
  readonly text: string;
}

/** What is typed or run, in whichever language. */
export function blocks(): readonly Block[] {
  return pages().flatMap((page) => blocksOf(page, textOf(page)));
}

export function blocksOf(page: string, text: string): readonly Block[] {
  return [...text.matchAll(/^( *)(`{3,})([^`\n]*)\n([\s\S]*?)^ *\2 *$/gm)].map(
    ({ index, 1: indent = "", 3: info = "", 4: body = "" }) => {
      const [language = "", name = ""] = info.trim().split(/\s+/);
      return {
        ...{ page, language, name },
        line: text.slice(0, index).split("\n").length + 1,
        text: body.replaceAll(new RegExp(`^ {0,${indent.length}}`, "gm"), ""),
      };
    },
  );
}
