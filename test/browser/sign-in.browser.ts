import { execFileSync } from "node:child_process";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seriousFaults } from "./axe.ts";
import { BuiltGateway } from "./built-gateway.ts";
import { launchChromium, openPage } from "./chromium.ts";

const things = "things:\n  counter: { driver: counter }\n  hidden: { driver: counter }\n";
/** Nothing listens at the port of its broker. */
const bench = `access: { auth: tokens }\nmqtt: { broker: "mqtt://127.0.0.1:1", gateway: bench }\n${things}`;
/** Each answer that wants a token is told by the browser, too. */
const expected = /status of 401|status of 500 .*\/counter\/broken/;

let browser: Browser;
let gateway: BuiltGateway;
let token: string;
beforeAll(async () => {
  const first = (made: BuiltGateway) => {
    token = make(made, "anna", "operate:counter");
  };
  [browser, gateway] = await Promise.all([launchChromium(), BuiltGateway.start({ bench, first })]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

/** As whoever looks after the bench does. */
function make({ config, program }: BuiltGateway, name: string, scope: string): string {
  const args = ["token", "create", "--name", name, "--scope", scope, "--config", config];
  const said = execFileSync(process.execPath, [program, ...args], { encoding: "utf8" });
  const [text] = /benchd_[\w-]+/.exec(said) ?? [];
  if (text === undefined) throw new Error(said);
  return text;
}

test("who has a token signs in with it, works, and signs out; the token stays nowhere", async () => {
  const { page, errors, strays, close } = await openPage(browser, gateway.url, { expected });
  const field = page.getByLabel("Access token");
  await field.waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await field.fill("benchd_wrong");
  await page.keyboard.press("Enter");
  await page
    .getByText(/does not take|token/)
    .first()
    .waitFor();
  await field.fill(token);
  await page.keyboard.press("Enter");
  await page.locator("main").getByRole("link", { name: "CounterThing" }).first().waitFor();
  expect(await page.locator("main").getByText("hidden").count()).toBe(0);

  await page.goto(`${gateway.url}/#/things/counter`);
  await page.getByText("Do nothing at all.").first().waitFor();
  await page.reload();
  await page.getByText("Do nothing at all.").first().waitFor();
  const kept = await page.evaluate(
    "JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie, location.href])",
  );
  expect(kept).not.toContain(token);

  await page.getByRole("button", { name: "Sign out" }).click();
  await field.waitFor();
  await close();
  expect([errors, strays]).toEqual([[], []]);
});

test("who may only read is told what is wrong with the gateway, wherever he is, until it is over", async () => {
  const reader = make(gateway, "cleo", "read:counter");
  await expect
    .poll(() => gateway.ask("GET", "/thing_states", undefined, reader).catch(() => "refused"))
    .not.toBe("refused");
  const { page, errors, close } = await openPage(browser, gateway.url, { expected });
  await page.getByLabel("Access token").fill(reader);
  await page.keyboard.press("Enter");
  const told = page.getByText("The MQTT broker is not told what happens");
  await told.waitFor();
  await page.goto(`${gateway.url}/#/history`);
  await page.getByRole("heading", { name: "History" }).waitFor();
  expect(await told.count()).toBe(1);
  expect(await seriousFaults(page)).toEqual([]);
  await page.route("**/health", (route) => route.fulfill({ json: { status: "ok", reasons: [] } }));
  // It is asked when somebody looks again.
  await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
  await told.waitFor({ state: "detached" });
  await close();
  expect(errors).toEqual([]);
});

test("a token that is revoked ends what the page shows", async () => {
  const brief = make(gateway, "ben", "read:counter");
  // A gateway that runs takes notice of it within a second.
  await expect
    .poll(() => gateway.ask("GET", "/thing_states", undefined, brief).catch(() => "refused"))
    .not.toBe("refused");
  const { page, close } = await openPage(browser, gateway.url, { expected });
  await page.getByLabel("Access token").fill(brief);
  await page.keyboard.press("Enter");
  await page.locator("main").getByRole("link", { name: "CounterThing" }).first().waitFor();
  execFileSync(process.execPath, [gateway.program, "token", "revoke", "ben", "--config", gateway.config]);
  await page.getByLabel("Access token").waitFor({ timeout: 60_000 });
  expect(await page.getByRole("link", { name: "CounterThing" }).count()).toBe(0);
  await close();
});
