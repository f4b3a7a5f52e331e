/**
 * `npm run pictures`: takes the pictures of the dashboard that stand in the README and in docs/, of the demonstration bench
 * while it works, in a real Chromium.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { BuiltGateway } from "../test/browser/built-gateway.ts";
import { launchChromium } from "../test/browser/chromium.ts";

const root = fileURLToPath(import.meta.url).replace(/(\/dist)?\/dashboard\/[^/]+$/, "");
const folder = join(root, "docs/pictures");
const widths = { phone: 390, tablet: 900, screen: 1600 } as const;
const schemes = ["light", "dark"] as const;

/** What is taken at one width only. */
const views = {
  thing: "things/pump",
  timeline: "timeline",
  plots: "plots?p=ph.ph&p=balance.weight",
  history: "history",
  runs: "runs",
} as const;

mkdirSync(folder, { recursive: true });
const [browser, gateway] = await Promise.all([launchChromium(), BuiltGateway.start({ timeScale: 4 })]);
try {
  await keepBusy();
  for (const [name, width] of Object.entries(widths))
    for (const scheme of schemes) await take(browser, "", `overview-${name}-${scheme}`, width, scheme);
  for (const [name, place] of Object.entries(views)) await take(browser, place, name, 1280, "light");
} finally {
  await browser.close();
  await gateway.remove();
}

/** Something to look at: what goes on, what waits, what has ended well and badly. */
async function keepBusy(): Promise<void> {
  const post = (path: string, body?: unknown) => gateway.ask("POST", path, body);
  await post("/xy/home");
  await post("/psu/lease", { seconds: 3600, note: "burn-in of board 7, Ada" });
  await post("/gateway/recordings", { name: "pH over night", properties: ["ph.ph", "balance.weight"], everyMs: 1000 });
  await post("/counter/fail").catch(() => undefined);
  for (const volume of [0.4, 0.2, 0.6]) await post("/pump/dispense", { volume });
  await post("/stage/move", { x: 400, y: 100, z: 0 }).catch(() => undefined);
  await post("/heater/heat_to", { temperature: 45 });
  await post("/counter/slow_count", { n: 400 });
  await post("/counter/increment", { by: 2 });
  await post("/dispenser/dose", { mass: 12 });
  await sleep(8000);
}

async function take(
  from: Browser,
  place: string,
  name: string,
  width: number,
  colorScheme: "light" | "dark",
): Promise<void> {
  const context = await from.newContext({ viewport: { width, height: width < 600 ? 844 : 1000 }, colorScheme });
  const page = await context.newPage();
  await page.goto(`${gateway.url}/#/${place}`);
  await page.locator("main h1").first().waitFor();
  await sleep(3000);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  await context.close();
  console.log(`docs/pictures/${name}.png`);
}
