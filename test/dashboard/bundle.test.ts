import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../dashboard/bundle.ts";

type Bundle = Awaited<ReturnType<typeof bundle>>;

/** What is loaded before anything is to be seen of the bench. */
const maxFirst = 32 * 1024;
/** As promised: whoever looks at the bench over a poor network waits for all that a view needs, before it plots anything. */
const maxScript = 60 * 1024;
/** Of the one view that is nothing without a plot: what draws them is 23 KB. */
const maxPlots = 64 * 1024;
/** All views together, which nobody waits for. */
const maxInAll = 120 * 1024;

describe("what a browser loads", () => {
  let files: Bundle["files"];
  let parts: Bundle["parts"];
  beforeAll(async () => {
    ({ files, parts } = await bundle());
  });
  const scripts = () => files.filter(({ path }) => path.endsWith(".js"));
  const nameOf = (path: string) => path.replace(/^.*\//, "");
  const zipped = (names: Iterable<string>) => {
    const wanted = new Set([...names].map(nameOf));
    const sizes = scripts().map(({ path, contents }) => (wanted.has(nameOf(path)) ? gzipSync(contents).length : 0));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  /** A file, and what it cannot do without. */
  const needed = (path: string): readonly string[] => [
    path,
    ...(parts[path]?.imports ?? [])
      .filter(({ kind }) => kind === "import-statement")
      .flatMap((one) => needed(one.path)),
  ];
  /** That, and what it loads by itself afterwards. */
  const wanted = (path: string): readonly string[] =>
    [...new Set(needed(path))].flatMap((one) => [
      one,
      ...(parts[one]?.imports ?? [])
        .filter(({ kind }) => kind === "dynamic-import")
        .flatMap(({ path: to }) => wanted(to)),
    ]);
  const first = () => Object.keys(parts).find((path) => /\/main-\w+\.js$/.test(path)) ?? "";
  /** What is loaded when somebody wants to see it. */
  const later = () =>
    [...new Set(Object.values(parts).flatMap(({ imports }) => imports))]
      .filter(({ kind }) => kind === "dynamic-import")
      .map(({ path }) => path);

  const isDrawing = (path: string) => nameOf(path).startsWith("uPlot");
  const views = () => later().filter((path) => !isDrawing(path));

  it("is one script and one style first, and the rest when it is wanted", () => {
    const names = files.map(({ path }) => nameOf(path)).filter((name) => name.startsWith("main-"));
    expect(names.map((name) => name.replace(/-\w+/, "")).sort()).toEqual(["main.css", "main.js"]);
    expect(later().length).toBeGreaterThan(1);
  });

  it("is at most 60 KB of script for any view, with all that it shares with others", () => {
    const sizes = views().map((path) => [nameOf(path), zipped([...needed(first()), ...needed(path)])] as const);
    expect(sizes.filter(([, size]) => size > maxScript)).toEqual([]);
    expect(zipped(needed(first()))).toBeGreaterThan(10 * 1024);
    expect(zipped(needed(first()))).toBeLessThanOrEqual(maxFirst);
    expect(zipped(Object.keys(parts))).toBeLessThanOrEqual(maxInAll);
  });

  it("has what draws plots in a file that only plots load; the view of nothing else is counted with it", () => {
    const [drawing = "", ...others] = later().filter(isDrawing);
    expect([isDrawing(drawing), others]).toEqual([true, []]);
    for (const path of [first(), ...views()]) expect(needed(path)).not.toContain(drawing);
    const [plots = "", ...more] = views().filter((path) => nameOf(path).startsWith("plot-view-"));
    expect(more).toEqual([]);
    expect(wanted(plots)).toContain(drawing);
    expect(zipped([...needed(first()), ...wanted(plots)])).toBeLessThanOrEqual(maxPlots);
  });

  it("names no other host, but those that name a language", () => {
    const hosts = files.flatMap(({ text }) => [...text.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host));
    expect([...new Set(hosts)].filter((host) => host !== "www.w3.org" && host !== "127.0.0.1")).toEqual([]);
  });

  it("makes code of no text", () => {
    const made = scripts().filter(({ text }) =>
      /\beval\(|new Function\(|document\.write|insertAdjacentHTML/.test(text),
    );
    expect(made.map(({ path }) => path)).toEqual([]);
  });
});
