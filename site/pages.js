/** What TypeDoc is told of the pages: their titles, their order and headings in the menu, their addresses. */
import { readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Converter, KindRouter, PageEvent } from "typedoc";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Of every page that `docs/README.md` names: below which of its headings, and in which place. */
function contents() {
  const places = new Map();
  const index = resolve(root, "docs/README.md");
  let category = "";
  for (const line of readFileSync(index, "utf8").split("\n")) {
    const [, heading] = /^## (.+)$/.exec(line) ?? [];
    if (heading !== undefined) category = heading;
    for (const [, target] of line.matchAll(/\]\(([^)#]+\.md)[^)]*\)/g)) {
      const path = resolve(dirname(index), target);
      if (!places.has(path)) places.set(path, { category, order: places.size });
    }
  }
  places.set(index, { category: "Start here", order: -1 });
  return places;
}

/** Where a page lies below the root of the site: `docs/http-api`, `contributing`. */
function addressOf(path) {
  const plain = relative(root, path).split(sep).join("/").replace(/\.md$/, "");
  return plain
    .toLowerCase()
    .replace(/^docs\//, "guide/")
    .replace(/\breadme$/, "index");
}

/** @param {import("typedoc").Application} app */
export function load(app) {
  const places = contents();
  const paths = new Map();
  const placeOf = (document) => {
    const path = paths.get(document);
    // The decisions and the drivers have indexes of their own.
    return places.get(path) ?? { ...places.get(resolve(dirname(path), "README.md")), order: places.size };
  };

  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const path = document.project.files.getReflectionPath(document);
    paths.set(document, path);
    const [, title] = /^# (.+)$/m.exec(document.content[0]?.text ?? "") ?? [];
    if (title) document.name = title.replace(/[`*]/g, "");
    const { category } = placeOf(document);
    if (category === undefined) app.logger.error(`${relative(root, path)} is not named in docs/README.md`);
    else document.frontmatter.category = category;
  });

  const before = (a, b) => placeOf(a).order - placeOf(b).order || (paths.get(a) < paths.get(b) ? -1 : 1);
  app.converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }) => {
      const inOrder = (list) => {
        const sorted = list.filter((one) => one.isDocument()).sort(before);
        return list.map((one) => (one.isDocument() ? sorted.shift() : one));
      };
      if (project.documents) project.documents = inOrder(project.documents);
      for (const category of project.categories ?? []) category.children = inOrder(category.children);
      const first = (category) =>
        Math.min(...category.children.map((one) => (one.isDocument() ? placeOf(one).order : 1e6)));
      project.categories?.sort((a, b) => first(a) - first(b));
    },
    -1e6,
  );

  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents
      // From the disk a browser loads no picture by reference; a script of TypeDoc's puts the symbols into each page.
      ?.replaceAll(/href="[^"]*assets\/icons\.svg#/g, 'href="#')
      // And of a folder it shows what is in it.
      .replaceAll(/href="((?:\.\.\/)+)"/g, 'href="$1index.html"');
  });

  app.renderer.defineRouter(
    "pages",
    class extends KindRouter {
      getIdealBaseName(reflection) {
        const path = paths.get(reflection);
        return path === undefined ? `api/${super.getIdealBaseName(reflection)}` : addressOf(path);
      }
    },
  );
}
