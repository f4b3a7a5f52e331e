import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openCatalogue } from "../../src/gateway/catalogue.ts";

const folder = new URL("../../docs/drivers/", import.meta.url);
const catalogue = openCatalogue();
const names = await catalogue.names();
const pageOf = (name: string) => readFileSync(new URL(`${name}.md`, folder), "utf8");

test("every driver has its page, and every page its driver", () => {
  const pages = readdirSync(folder).map((file) => file.replace(/\.md$/, ""));
  expect(pages.sort()).toEqual(names);
});

test.each(names)("the page of %s says all that somebody has to know before he connects it", (name) => {
  const page = pageOf(name);
  const headings = page.split("\n").filter((line) => line.startsWith("## "));
  expect(page).toMatch(new RegExp(`^# \`${name}\`: `));
  expect(page).toMatch(/^\*\*Tested on hardware: (no|yes)/m);
  for (const wanted of [/wiring/i, /configuration/i, /safe state/i, /where the facts are from/i])
    expect(headings).toEqual(expect.arrayContaining([expect.stringMatching(wanted)]));
  expect(page).toMatch(new RegExp(`^  driver: ${name}\\b`, "m"));
});

test.each(names)("the page of %s names all that it offers, and every setting", async (name) => {
  const page = pageOf(name);
  const { properties, actions, events, streams, config } = await catalogue.definition(name);
  const settings = (config as { readonly properties?: object }).properties;
  const offered = [properties, actions, events, streams, settings].flatMap((table) => Object.keys(table ?? {}));
  expect(offered.filter((one) => !new RegExp(`\\b${one}\\b`).test(page))).toEqual([]);
});

test.each(names)("the links of the page of %s lead somewhere", (name) => {
  for (const [, target = ""] of pageOf(name).matchAll(/\]\(([^)#]+\.md)[^)]*\)/g))
    expect(() => readFileSync(new URL(target, folder)), target).not.toThrow();
});
