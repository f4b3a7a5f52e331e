import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { BuiltGateway } from "./built-gateway.ts";
import { launchChromium, openPage, type Watched } from "./chromium.ts";

let browser: Browser;
let gateway: BuiltGateway;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchChromium(), BuiltGateway.start({ timeScale: 2 })]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

describe("the story of somebody at the bench", () => {
  let watched: Watched;
  let page: Page;
  beforeEach(async () => {
    watched = await openPage(browser, gateway.url);
    page = watched.page;
  });
  afterEach(async () => {
    await watched.close();
    expect([watched.errors, watched.strays]).toEqual([[], []]);
  });
  const go = async (place: string) => {
    await page.goto(`${gateway.url}/#/${place}`);
    await page.locator("main h1").first().waitFor();
  };
  const main = () => page.locator("main");

  it("opens the bench, and finds every Thing", async () => {
    await page.getByRole("heading", { level: 1, name: "Bench" }).waitFor();
    for (const title of ["Syringe pump on the left", "Balance", "pH meter", "Door", "CounterThing"])
      await main().getByRole("link", { name: title }).first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it("doses, and watches its progress to the end", async () => {
    await main().getByRole("link", { name: "Gravimetric dispenser" }).first().click();
    await page.getByText("Dose by weight").click();
    await page.getByLabel(/^mass/i).fill("1.5");
    await page.getByRole("button", { name: "Begin" }).first().click();
    await page.getByRole("progressbar").first().waitFor();
    await main().getByText("completed").first().waitFor({ timeout: 60_000 });
    await main().getByText(/1\.4\d+ g|1\.5\d* g/).first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });
});
