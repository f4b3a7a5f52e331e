import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { flawsOf } from "./page.ts";

const folder = new URL("../../docs/drivers/", import.meta.url);
const catalogue = openCatalogue();
const names = await catalogue.names();
const pageOf = (name: string) => readFileSync(new URL(`${name}.md`, folder), "utf8");

test("every driver has its page, and every page its driver", () => {
  const pages = readdirSync(folder).flatMap((file) => (file === "README.md" ? [] : file.replace(/\.md$/, "")));
  expect(pages.sort()).toEqual(names);
});

test.each(names)("the page of %s says all that somebody has to know before he connects it", async (name) => {
  const { properties, actions, events, streams, config } = await catalogue.definition(name);
  const settings = (config as { readonly properties?: object }).properties;
  const offered = [properties, actions, events, streams, settings].flatMap((table) => Object.keys(table ?? {}));
  expect(flawsOf(name, pageOf(name), offered)).toEqual([]);
});

test.each(names)("the links of the page of %s lead somewhere", (name) => {
  for (const [, target = ""] of pageOf(name).matchAll(/\]\(([^)#]+\.md)[^)]*\)/g))
    expect(() => readFileSync(new URL(target, folder)), target).not.toThrow();
});
