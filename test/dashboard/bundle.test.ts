import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../dashboard/bundle.ts";

type Files = Awaited<ReturnType<typeof bundle>>;

/** As promised: whoever looks at the bench over a poor network waits for all of it. */
const maxScript = 60 * 1024;

describe("what a browser loads", () => {
  let files: Files;
  beforeAll(async () => {
    files = await bundle();
  });
  const scripts = () => files.filter(({ path }) => path.endsWith(".js"));

  it("is one script and one style first, and the rest when it is wanted", () => {
    const first = files.map(({ path }) => path.replace(/^.*\//, "")).filter((name) => name.startsWith("main-"));
    expect(first.map((name) => name.replace(/-\w+/, "")).sort()).toEqual(["main.css", "main.js"]);
    expect(scripts().length).toBeGreaterThan(2);
  });

  it("is at most 60 KB of script, all views together", () => {
    const bytes = scripts().reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
    expect(bytes).toBeGreaterThan(10 * 1024);
    expect(bytes).toBeLessThanOrEqual(maxScript);
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
