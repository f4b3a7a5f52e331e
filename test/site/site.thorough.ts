import { dirname, join, normalize } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltSite, buildSite } from "./built-site.ts";

let site: BuiltSite;
const pages = new Map<string, string>();
beforeAll(async () => {
  site = await buildSite();
  for (const file of site.files) if (file.endsWith(".html")) pages.set(file, await site.read(file));
});
afterAll(() => site?.remove());

/** What a page names in an attribute, as it is written. */
const named = (page: string, attribute: RegExp) => [...page.matchAll(attribute)].map(([, value = ""]) => value);

test("each page, with its pictures, is there under an address that follows from its place in the repository", () => {
  for (const page of [
    "index",
    "guide/index",
    "guide/http-api",
    "guide/drivers/valve",
    "guide/adr/index",
    "contributing",
  ])
    expect(site.files).toContain(`${page}.html`);
  expect(site.files).toContain("media/overview-screen-dark.png");
  expect(site.files.filter((file) => file.startsWith("api/classes/"))).toContain("api/classes/client.Bench.html");
});

test("nothing is loaded from anywhere else", async () => {
  const elsewhere: string[] = [];
  for (const [file, page] of pages) {
    const loaded = [
      ...named(page, /<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\ssrc="([^"]*)"/g),
      ...named(page, /\ssrcset="([^"]*)"/g),
      ...named(page, /<link\b[^>]*?\shref="([^"]*)"/g),
      ...named(page, /\surl\(([^)]*)\)/g),
    ];
    expect(loaded.length).toBeGreaterThan(3);
    for (const address of loaded) if (/^(?:[a-z]+:)?\/|^https?:/i.test(address)) elsewhere.push(`${file}: ${address}`);
  }
  for (const file of site.files.filter((name) => name.endsWith(".css")))
    elsewhere.push(...named(await site.read(file), /(?:@import\s+|url\(\s*)["']?((?:https?:)?\/[^"')]*)/g));
  expect(elsewhere).toEqual([]);
});

test("every link between pages leads to a page that is there, and to a heading that it has", () => {
  const broken: string[] = [];
  let followed = 0;
  for (const [file, page] of pages) {
    for (const link of named(page, /\s(?:href|src|srcset)="([^"]*)"/g)) {
      // Those of `#icon-…` are put into the page by a script.
      if (/^[a-z]+:|^#icon-/i.test(link)) continue;
      const [path = "", fragment] = link.replaceAll("&amp;", "&").split("#");
      const target = path === "" ? file : normalize(join(dirname(file), decodeURIComponent(path)));
      const there = site.files.includes(target);
      const heading = !fragment || !target.endsWith(".html") || pages.get(target)?.includes(`id="${fragment}"`);
      followed++;
      if (!there || !heading) broken.push(`${file}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
  expect(followed).toBeGreaterThan(5000);
});

test("it is the same each time", async () => {
  const again = await buildSite();
  try {
    expect(await again.digest()).toBe(await site.digest());
  } finally {
    await again.remove();
  }
});
