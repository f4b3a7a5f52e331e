import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seriousFaults } from "./axe.ts";
import { BuiltGateway } from "./built-gateway.ts";
import { launchChromium, openPage } from "./chromium.ts";

let browser: Browser;
let gateway: BuiltGateway;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchChromium(), BuiltGateway.start()]);
});
afterAll(async () => {
  await browser.close();
  await gateway.remove();
});

test("the page tells of every Thing, and asks nobody but the gateway", async () => {
  const { page, errors, strays, close } = await openPage(browser, gateway.url);
  await page.getByRole("heading", { level: 1, name: "Bench" }).waitFor();
  await page.getByRole("link", { name: "Syringe pump on the left" }).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await close();
  expect([errors, strays]).toEqual([[], []]);
});
