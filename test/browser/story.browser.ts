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
    // The browser tells of each answer that is a failure: of these the page tells, too: a property
    // that fails, a pump that is stopped or away while it is read.
    watched = await openPage(browser, gateway.url, {
      expected: /status of (500 .*\/counter\/broken|(409|502|503) .*\/pump\/)/,
    });
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
    await main()
      .getByText(/1\.4\d+ g|1\.5\d* g/)
      .first()
      .waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it("watches a plot that grows", async () => {
    await go("plots?p=ph.ph&p=balance.weight");
    await page.locator("main canvas").first().waitFor();
    await expect.poll(() => page.locator("main canvas").count()).toBe(2);
    const weight = () =>
      main()
        .getByText(/^-?[\d.]+ g$/)
        .first()
        .textContent();
    const [before, picture] = [await weight(), await page.locator("main canvas").last().screenshot()];
    await gateway.ask("POST", "/pump/dispense", { volume: 0.5 });
    await expect.poll(weight).not.toBe(before);
    expect((await page.locator("main canvas").last().screenshot()).equals(picture)).toBe(false);
    expect(await seriousFaults(page)).toEqual([]);
  });

  it("cancels what goes on", async () => {
    await gateway.ask("POST", "/counter/slow_count", { n: 10_000, delay: 1 });
    await go("things/counter");
    await main().getByRole("button", { name: "Cancel" }).first().click();
    await main().getByText("cancelled").first().waitFor();
  });

  it("sees in the timeline what was done", async () => {
    await go("timeline");
    await page
      .getByRole("button", { name: /dose/ })
      .or(page.getByRole("option", { name: /dose/ }))
      .or(page.locator("[aria-label*=dose]"))
      .first()
      .waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it("stops everything by keyboard, from within a field, and clears that in two steps", async () => {
    await gateway.ask("POST", "/counter/slow_count", { n: 10_000, delay: 1 });
    await go("things/pump");
    await page.getByText("Dispense a volume at the set rate").click();
    await page
      .getByRole("textbox", { name: /^volume/i })
      .first()
      .focus();
    await page.keyboard.press("Control+Shift+X");
    await expect.poll(async () => gateway.ask("GET", "/emergency_stop")).toMatchObject({ stopped: true });
    await page
      .getByText(/stopped/i)
      .first()
      .waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await gateway.ask("DELETE", "/emergency_stop");
  });

  it("answers what a run asks, and sees it go on", async () => {
    const document = "title: A cup of tea\nsteps:\n  - ask: Is the kettle on?\n  - wait: 1 s\n";
    const { id } = (await gateway.ask("POST", "/gateway/runs", { document, file: "tea.yaml" })) as { id: string };
    await go("");
    await main().getByText("Is the kettle on?").first().waitFor();
    await main().getByRole("button", { name: /^Done/ }).first().click();
    await expect.poll(async () => gateway.ask("GET", `/gateway/runs/${id}`)).toMatchObject({ status: "completed" });
    await expect.poll(() => main().getByText("Is the kettle on?").count()).toBe(0);
  });

  it("unplugs a simulated pump, and plugs it in again", async () => {
    await go("things/pump");
    await page
      .getByText(/faults of the simulated device|simulated faults/i)
      .first()
      .click();
    const fault = page.getByRole("listitem").filter({ hasText: "The cable is pulled out" }).first();
    await fault.getByRole("button").first().click();
    await main().getByText("disconnected").first().waitFor();
    const toldElsewhere = page.getByRole("link", { name: "Syringe pump on the left is disconnected" });
    expect(await toldElsewhere.count()).toBe(0);
    await go("runs");
    await toldElsewhere.click();
    await fault.getByRole("button", { name: /end/i }).click();
    await expect
      .poll(async () => gateway.ask("GET", "/thing_states"), { timeout: 60_000 })
      .toMatchObject({ pump: { state: "ready" } });
    await main().getByText("ready").first().waitFor();
    await go("runs");
    expect(await toldElsewhere.count()).toBe(0);
  });

  it("sees an interlock trip when the door is opened, and resets it when it is closed", async () => {
    await go("safety");
    await gateway.ask("PUT", "/mock/door/faults/open", {});
    await main().getByText("tripped").first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await gateway.ask("DELETE", "/mock/door/faults/open");
    await main().getByText("in order", { exact: true }).first().waitFor();
    await main().getByRole("button", { name: "Reset…" }).click();
    await page.getByRole("button", { name: "Yes, reset it" }).click();
    await expect
      .poll(async () => gateway.ask("GET", "/gateway/interlocks"))
      .toMatchObject({ door_open: { tripped: false } });
  });

  it("finds no serious fault of accessibility in any view", async () => {
    for (const place of [
      "history",
      "recordings",
      "runs",
      "schedules",
      "calibrations",
      "traffic/pump",
      "things/xy",
      "things/camera",
    ]) {
      await go(place);
      await page.waitForTimeout(500);
      expect([place, await seriousFaults(page)]).toEqual([place, []]);
    }
  });
});

describe("a connection that is lost", () => {
  it("is told at once, and what is shown afterwards is how it is then", async () => {
    const own = await BuiltGateway.start({ bench: "things:\n  counter: { driver: counter }\n" });
    const { page, errors, close } = await openPage(browser, own.url, {
      expected: /ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY|ERR_INCOMPLETE|status of 500 .*\/counter\/broken/,
    });
    await page.getByText("Live", { exact: true }).waitFor();
    await page.goto(`${own.url}/#/things/counter`);
    await page.getByText("The current value of the counter.").first().waitFor();
    await own.end("SIGKILL");
    await page
      .getByText(/connection (is )?lost/i)
      .first()
      .waitFor();
    await own.begin();
    await own.ask("PUT", "/counter/gain", 4);
    await page.getByText("Live", { exact: true }).waitFor({ timeout: 60_000 });
    await close();
    await own.remove();
    expect(errors).toEqual([]);
  });
});
