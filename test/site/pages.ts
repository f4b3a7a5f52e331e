import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const root = new URL("../..", import.meta.url).pathname;

/** Every page that somebody may read, from the root of the repository, in the order of the alphabet. */
export function pages(): readonly string[] {
  const below = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  const alone = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "test/vm/README.md"];
  return [...alone, ...["docs", "templates", "examples"].flatMap(below)].sort();
}

export const textOf = (page: string) => readFileSync(join(root, page), "utf8");

/** Without what stands in fences, where nothing is a heading or a link. */
export const prose = (text: string) => text.replaceAll(/^( *)(`{3,})[\s\S]*?^\1\2$/gm, "");

/** What the headings of a page are linked by, as GitHub and the site make it. */
export function anchors(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of prose(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, "").replaceAll(" ", "-");
    let anchor = slug;
    for (let n = 1; found.has(anchor); n++) anchor = `${slug}-${n}`;
    found.add(anchor);
  }
  return found;
}
