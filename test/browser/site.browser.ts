import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltSite, buildSite } from "../site/built-site.ts";
import { seriousFaults } from "./axe.ts";
import { launchChromium } from "./chromium.ts";

let site: BuiltSite;
let browser: Browser;
let server: Server;
/** Where it is found: on the disk, and on a web server below some path. */
let places: Readonly<Record<"disk" | "server", string>>;
const types: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
};

beforeAll(async () => {
  [site, browser] = await Promise.all([buildSite(), launchChromium()]);
  server = createServer((asked, answer) => {
    const path = normalize(new URL(asked.url ?? "", "http://127.0.0.1").pathname).replace("/some/where/", "");
    readFile(join(site.folder, path)).then(
      (body) => answer.writeHead(200, { "content-type": types[path.split(".").at(-1) ?? ""] ?? "image/png" }).end(body),
      () => answer.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  places = { disk: pathToFileURL(site.folder).href, server: `http://127.0.0.1:${port}/some/where` };
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await site?.remove();
});

async function opened(address: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("requestfailed", (request) => {
    // One that leaves a page gives up what it still loads.
    const why = request.failure()?.errorText;
    if (why !== "net::ERR_ABORTED") wrong.push(`not loaded: ${request.url()}: ${why}`);
  });
  page.on("request", (request) => {
    const asked = request.url();
    if (!Object.values(places).some((place) => asked.startsWith(`${place}/`)) && !/^(data|blob):/.test(asked))
      wrong.push(asked);
  });
  await page.goto(address);
  await look(page);
  await context.close();
  expect(wrong).toEqual([]);
}

test.each(["disk", "server"] as const)(
  "from a %s it is read, searched and followed, with no request elsewhere",
  (place) =>
    opened(`${places[place]}/index.html`, {}, async (page) => {
      await page.waitForSelector("h1");
      expect(await page.locator("nav.tsd-navigation").getByText("Experiments").count()).toBeGreaterThan(0);
      await page.locator("#tsd-search-trigger").click();
      await page.locator("#tsd-search-input").fill("idempotency");
      const found = page.locator("#tsd-search-results a");
      await expect.poll(() => found.count()).toBeGreaterThan(0);
      await found.first().click();
      await page.waitForURL(/guide|api/);
      await page.goto(`${places[place]}/guide/http-api.html#repeating-a-request`);
      await expect.poll(() => page.locator("#repeating-a-request").isVisible()).toBe(true);
    }),
);

const looks = [
  ["guide/index.html", {}],
  ["guide/index.html", { colorScheme: "dark" }],
  ["guide/http-api.html", { colorScheme: "dark" }],
  ["api/classes/client.Bench.html", { colorScheme: "light" }],
  ["index.html", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
] as const;
test.each(looks)("%s, opened with %o, is accessible", (path, options) =>
  opened(`${places.server}/${path}`, options, async (page) => {
    await page.waitForSelector("h1");
    expect(await seriousFaults(page)).toEqual([]);
  }),
);

test.each(["index.html", "guide/configuration.html", "guide/http-api.html", "api/modules/driver.html"])(
  "on a phone %s is no wider than the screen",
  (path) =>
    opened(`${places.disk}/${path}`, { viewport: { width: 360, height: 740 }, isMobile: true }, async (page) => {
      await page.waitForSelector("h1");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    }),
);

test("on paper it is the text alone, dark on white", () =>
  opened(`${places.disk}/guide/http-api.html`, { colorScheme: "dark" }, async (page) => {
    await page.waitForSelector("h1");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const beside of await page.locator(".page-menu, .site-menu, header.tsd-page-toolbar").all())
      expect(await beside.isVisible()).toBe(false);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(50_000);
  }));
