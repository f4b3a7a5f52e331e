import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { BuiltGateway } from "./built-gateway.ts";
import { launchChromium, openPage, type Watched } from "./chromium.ts";

let browser: Browser;
let gateway: BuiltGateway;
let watched: Watched;
let page: Page;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchChromium(), BuiltGateway.start({ timeScale: 20 })]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});
beforeEach(async () => {
  // The dry run of what cannot be run is refused, and a browser says so in its console.
  watched = await openPage(browser, gateway.url, { expected: /422/ });
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

describe("the timeline", () => {
  const picture = () => page.getByRole("listbox");
  const chosen = () => page.getByRole("region", { name: "What is chosen" });

  it("is walked by keys, tells what is chosen in words, and opens its steps", async () => {
    await gateway.ask("POST", "/dispenser/dose", { mass: 0.2 });
    await go("timeline?span=1min");
    await page.getByRole("option", { name: /^dispenser dose/ }).waitFor();
    await picture().focus();
    for (let n = 0; n < 20; n++) {
      await page.keyboard.press("ArrowUp");
      if (await chosen().getByRole("heading", { name: "dispenser dose" }).isVisible()) break;
    }
    expect(await picture().getAttribute("aria-activedescendant")).toMatch(/^tl-/);
    await page.keyboard.press("Enter");
    await chosen()
      .getByRole("button", { name: /pump dispense/ })
      .first()
      .waitFor();
    await page.getByText("As a table").click();
    await page
      .getByRole("row", { name: /dispenser dose completed/ })
      .first()
      .waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it("moves on by itself, stands still when somebody scrolls back, and is live again at a press", async () => {
    await go("timeline?span=1min");
    const moved = () => page.locator(".tl-picture svg > g").first().getAttribute("transform");
    const first = await moved();
    await expect.poll(moved).not.toBe(first);
    await picture().hover();
    await page.keyboard.down("Shift");
    await page.mouse.wheel(0, -400);
    await page.keyboard.up("Shift");
    const live = page.getByRole("button", { name: "Paused: go to now" });
    await live.waitFor();
    const [still, title] = [await moved(), page.getByRole("button", { name: "Live" })];
    await page.waitForTimeout(600);
    expect(await moved()).toBe(still);
    await live.click();
    await title.waitFor();
    await picture().hover();
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, 100);
    await page.keyboard.up("Control");
    await expect.poll(() => page.getByLabel("How long a time").inputValue()).toBe("300000");
  });
});

describe("runs", () => {
  const procedure = (action: string) =>
    [
      "title: Count and ask",
      "parameters: { n: { type: integer, default: 2, minimum: 1, maximum: 5 } }",
      "steps:",
      "  - repeat:",
      "      times: $n",
      "      steps:",
      `        - invoke: counter.${action}`,
      "  - ask: Is it enough?",
    ].join("\n");
  const choose = (text: string) =>
    page
      .getByLabel("A procedure, in YAML or JSON")
      .setInputFiles({ name: "Count and ask.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) });

  it("begin with a file whose mistakes stand at their lines, and a dry run", async () => {
    await go("runs");
    await choose(procedure("incremnt"));
    await page.locator(".document li.wrong", { hasText: "did you mean" }).waitFor();
    expect(await page.locator(".document li.wrong code").textContent()).toContain("incremnt");
    await choose(procedure("increment"));
    await page.getByText("can be run here").waitFor();
    await page.getByRole("button", { name: "Store" }).click();
    await page.getByText("Stored as version 1").waitFor();
    await page.getByRole("link", { name: "Look at it, or run it" }).click();
    await page.getByRole("button", { name: "Try it out first" }).click();
    await page.getByText("It can be run: it takes about").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByLabel("N", { exact: true }).fill("3");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("heading", { name: "Count and ask" }).waitFor();
    await page.locator(".run-steps li.here", { hasText: "ask: Is it enough?" }).waitFor();
    expect(await page.locator(".document li.here").textContent()).toContain("ask: Is it enough?");
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Done" }).click();
    await page.locator("main .badge", { hasText: "completed" }).first().waitFor();
    await page.getByRole("option", { name: /^a run, completed/ }).waitFor();
  });
});

it("a calibration is written down by its form, and stands among those that were found", async () => {
  await go("calibrations/balance");
  await page.getByText("Write one down").click();
  await page.getByLabel("Note").fill("certificate 4711");
  await page.getByRole("button", { name: "Write it down" }).click();
  await page.getByRole("cell", { name: "certificate 4711" }).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
});
