import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { BuiltGateway } from "./built-gateway.ts";
import { launchChromium, openPage, type Watched } from "./chromium.ts";

let browser: Browser;
let gateway: BuiltGateway;
beforeAll(async () => {
  [browser, gateway] = await Promise.all([launchChromium(), BuiltGateway.start({ timeScale: 20 })]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

describe("the page of a Thing", () => {
  let watched: Watched;
  let page: Page;
  beforeEach(async () => {
    // A browser says in its console what was refused: the counter's broken property, whatever is read of the pump while
    // it is unplugged, what an interlock keeps from the heater, and the answers that are lost by us.
    const expected = /counter\/broken|503 .*\/pump\/|409 .*\/heater\/|ERR_FAILED/;
    watched = await openPage(browser, gateway.url, { expected });
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
  /** An action, with its form. */
  const action = (title: string) => page.locator(".action", { hasText: title });
  const property = (title: string) => page.locator(".property", { hasText: title });

  it("checks what is typed at its field, takes a decimal comma, and begins what fits", async () => {
    await go("things/pump");
    const dispense = action("Dispense a volume at the set rate");
    await dispense.locator("summary").click();
    await dispense.getByRole("button", { name: "Begin" }).click();
    const volume = dispense.getByLabel("Volume");
    await dispense.getByText("is needed").waitFor();
    await expect.poll(() => dispense.locator("input:focus").count()).toBe(1);
    expect(await volume.getAttribute("aria-invalid")).toBe("true");
    await volume.fill("1,500");
    await dispense.getByText("may mean 1500 or 1.500").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await volume.fill("0,4");
    await volume.press("Enter");
    await page.locator(".invocation", { hasText: "completed" }).getByText("0.4 mL", { exact: true }).first().waitFor();
    expect(await volume.inputValue()).toBe("0,4");
  });

  it("does once what it was asked for, when the answer is lost, and says so meanwhile", async () => {
    await go("things/counter");
    const before = Number(await gateway.ask("GET", "/counter/counter"));
    let lost = 0;
    await page.route("**/counter/increment", async (route) => {
      if (lost >= 2) return route.continue();
      lost++;
      await route.fetch();
      return route.abort();
    });
    const increment = action("Add to the counter");
    await increment.locator("summary").click();
    await increment.getByLabel("By").fill("3");
    await increment.getByRole("button", { name: "Begin" }).click();
    await increment.getByText("Asking again whether it was done").waitFor();
    await expect.poll(() => lost).toBe(2);
    await increment.getByText("Asking again").waitFor({ state: "detached" });
    expect(await gateway.ask("GET", "/counter/counter")).toBe(before + 3);
  });

  it("shows each property, one that cannot be read too, and writes what was changed", async () => {
    await go("things/counter");
    await property("getter raises").getByText("It could not be read").waitFor();
    const gain = property("A persistent setting.");
    await gain.getByRole("button", { name: /^Change/ }).click();
    await gain.getByLabel("New value").fill("x");
    await gain.getByRole("button", { name: "Write" }).click();
    await gain.getByText("is no number").waitFor();
    await gain.getByLabel("New value").fill("2.5");
    await gain.getByRole("button", { name: "Write" }).click();
    await gain.locator(".value", { hasText: /^2\.5$/ }).waitFor();
    expect(await gateway.ask("GET", "/counter/gain")).toBe(2.5);
    expect(await seriousFaults(page)).toEqual([]);
  });

  it("says of what it knew that it is old, while the device is away", async () => {
    await go("things/pump");
    const rate = property("Rate of pumping");
    await rate.locator(".value").waitFor();
    await gateway.ask("PUT", "/mock/pump/faults/unplugged", {});
    await rate.getByText("was so at").waitFor();
    await gateway.ask("DELETE", "/mock/pump/faults");
    await rate.getByText("was so at").waitFor({ state: "detached" });
  });

  it("says which interlock is in the way before anything is begun, and lets it be tried", async () => {
    await go("things/heater");
    const clear = action("Somebody has looked");
    await clear.getByRole("button", { name: "Begin Somebody has looked" }).waitFor();
    await gateway.ask("PUT", "/mock/door/faults/open", {});
    await page.getByText("Interlock door_open stands in the way").first().waitFor();
    await action("Bring it to a temperature").getByText("interlocked", { exact: true }).waitFor();
    const begin = clear.getByRole("button", { name: "Begin (interlocked)" });
    expect(await begin.getAttribute("aria-describedby")).toBe(
      await clear.getByText("expect the gateway to refuse it").getAttribute("id"),
    );
    await begin.click();
    await clear.getByText("the interlock door_open stands between heater").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await gateway.ask("DELETE", "/mock/door/faults");
    await page.getByText("although that is in order again").waitFor();
    await gateway.ask("POST", "/gateway/interlocks/door_open/reset");
    await clear.getByRole("button", { name: "Begin Somebody has looked" }).waitFor();
    expect(await page.getByText("in the way").count()).toBe(0);
  });

  it("fills a form with the input of what was done before, and begins nothing", async () => {
    const { id } = (await gateway.ask("POST", "/pump/dispense", { volume: 0.7 })) as { readonly id: string };
    await go(`invocations/${id}`);
    await page.getByText("completed").first().waitFor();
    await page.getByRole("link", { name: /^Repeat/ }).click();
    await expect.poll(() => action("Dispense a volume at the set rate").getByLabel("Volume").inputValue()).toBe("0.7");
    const list = (await gateway.ask("GET", "/action_invocations?thing=pump&status=running")) as unknown[];
    expect(list).toEqual([]);
  });

  it("shows a question until somebody has answered it elsewhere", async () => {
    await gateway.ask("POST", "/pump/calibrate_by_weight", {});
    await go("things/pump");
    await page.locator(".question", { hasText: "Put a vessel on a balance" }).waitFor();
    await page.getByLabel("Answer").fill("nothing");
    await page.getByRole("button", { name: "Answer" }).click();
    await page.locator(".prompt").getByText("is no number").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    const [prompt] = (await gateway.ask("GET", "/gateway/prompts")) as readonly { readonly id: string }[];
    await gateway.ask("POST", `/gateway/prompts/${prompt?.id}/answer`, 12);
    await page.getByText(/^“Put a vessel on a balance.* was answered by/).waitFor();
    await gateway.ask("POST", "/pump/stop");
  });

  it("shows what a camera sees, and the picture that was taken", async () => {
    await go("things/camera");
    const seen = () => page.locator(".stream img").getAttribute("src");
    await page.locator(".stream img").waitFor();
    const first = await seen();
    await expect.poll(seen).not.toBe(first);
    await action("Take one picture").first().getByRole("button", { name: "Begin" }).click();
    const picture = page.locator(".blob img").first();
    await picture.waitFor();
    await expect
      .poll(() => picture.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth))
      .toBeGreaterThan(0);
  });
});
