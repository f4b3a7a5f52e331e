import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { anchors, pages, prose, root, textOf } from "./pages.ts";

/** Files that TypeDoc, GitHub and an editor open, by where they stand in a page. */
const linksOf = (page: string) =>
  [...prose(textOf(page)).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
    ([, link, source]) => link ?? source ?? "",
  );

test("every link between pages leads to a file that is there, and to a heading that it has", () => {
  const broken: string[] = [];
  const headings = new Map<string, ReadonlySet<string>>();
  let followed = 0;
  for (const page of pages()) {
    for (const link of linksOf(page)) {
      if (/^[a-z]+:/i.test(link)) continue;
      followed++;
      const [path = "", fragment] = link.split("#");
      const target = path === "" ? page : normalize(join(dirname(page), path));
      const there = existsSync(join(root, target));
      if (!there || statSync(join(root, target)).isDirectory()) broken.push(`${page}: ${link} is no file`);
      else if (fragment !== undefined && target.endsWith(".md")) {
        const known = headings.get(target) ?? anchors(textOf(target));
        headings.set(target, known);
        if (!known.has(fragment)) broken.push(`${page}: ${link} is no heading there`);
      }
    }
  }
  expect(broken).toEqual([]);
  expect(followed).toBeGreaterThan(400);
});

test("docs/README.md leads to every page, once, below a heading and with what it is about", () => {
  const lines = [...textOf("docs/README.md").matchAll(/^- \[[^\]]+\]\(([^)]+)\)/gm)].map(([, link = ""]) =>
    normalize(join("docs", link)),
  );
  const own = pages().filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== "docs/README.md");
  expect(
    lines.filter((line) => /^docs\/[^/]+$/.test(line)).sort(),
    "add the page to docs/README.md: - [Title](page.md): what it is about",
  ).toEqual(own);
  expect(lines).toEqual(
    expect.arrayContaining(["docs/drivers/README.md", "docs/adr/README.md", "CONTRIBUTING.md", "SECURITY.md"]),
  );
});

test.each(["docs/drivers", "docs/adr"])("%s/README.md leads to every page beside it", (folder) => {
  const named = linksOf(`${folder}/README.md`).map((link) => normalize(join(folder, link)));
  const beside = pages().filter((page) => dirname(page) === folder && !page.endsWith("/README.md"));
  expect(beside.filter((page) => !named.includes(page))).toEqual([]);
});
