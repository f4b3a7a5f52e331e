import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { all, formulas, hostile } from "../fixtures/drivers/hostile-text.ts";
import { BuiltGateway } from "./built-gateway.ts";
import { launchChromium, openPage } from "./chromium.ts";

const bench = [
  "things:",
  `  hostile: { driver: ./hostile.js, title: ${JSON.stringify(`${hostile.script} ${hostile.attribute}`)} }`,
  "  broken: { driver: ./hostile.js, config: { fails: true } }",
  "  counter: { driver: counter }",
].join("\n");
const procedure = [
  `title: ${JSON.stringify(`${hostile.script} ${hostile.attribute}`)}`,
  "steps:",
  // A dollar begins a name in a procedure.
  `  - ask: ${JSON.stringify(`${hostile.attribute} ${hostile.script} ${hostile.template}`.replaceAll("$", "$$$$"))}`,
].join("\n");

let browser: Browser;
let gateway: BuiltGateway;
let said: string;
let run: string;
beforeAll(async () => {
  const driver = await build({
    ...{ entryPoints: [fileURLToPath(new URL("../fixtures/drivers/hostile.ts", import.meta.url))], bundle: true },
    ...{ external: ["benchd/*"], format: "esm", write: false, platform: "node" },
  });
  [browser, gateway] = await Promise.all([
    launchChromium(),
    BuiltGateway.start({ bench, files: { "hostile.js": driver.outputFiles[0]?.text ?? "" } }),
  ]);
  const invoke = async (action: string, body?: unknown) =>
    (await gateway.ask("POST", `/hostile/${action}`, body)) as Id;
  said = (await invoke("say", { text: all })).id;
  for (const action of ["fail", "crash"]) await invoke(action);
  for (const n of formulas.keys()) await invoke("formula", { n });
  await gateway.ask("POST", "/hostile/lease", { note: all.slice(0, 400) });
  run = ((await gateway.ask("POST", "/gateway/runs", { document: procedure, file: "x.yaml" })) as Id).id;
});
afterAll(async () => {
  await browser.close();
  await gateway.remove();
});

interface Id {
  readonly id: string;
}

const places = () => [
  ...["", "things/hostile", "things/broken", `invocations/${said}`, "timeline", "history", `history/${said}`],
  ...["runs", `runs/${run}`, "recordings", "safety", "traffic/hostile", "plots", "schedules", "calibrations"],
];

/** What nobody but the dashboard itself has put there. */
const foreign = (page: Page) =>
  page.evaluate(`[
    ...document.querySelectorAll("img[src='x'], main script, iframe, object, embed, form[action]"),
    ...[...document.querySelectorAll("*")].filter((one) => [...one.attributes].some(({ name }) => name.startsWith("on"))),
    ...[...document.querySelectorAll("b")].filter((one) => one.textContent === "x"),
  ].map((one) => one.outerHTML.slice(0, 200))`);

test("text from a device that means harm is text on every view, and nothing of it is run", async () => {
  const { page, errors, strays, close } = await openPage(browser, gateway.url, {
    expected: /status of 502 .*\/hostile\/refused/,
  });
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  for (const place of places()) {
    await page.goto(`${gateway.url}/#/${place}`);
    await page.locator("main h1").first().waitFor();
    // While the page is looked at the device goes on talking.
    await gateway.ask("POST", "/counter/noop");
    await page.waitForTimeout(400);
    expect([place, await foreign(page)]).toEqual([place, []]);
  }
  await close();
  expect([asked, errors, strays]).toEqual([[], [], []]);
});

test("what the page has shown of it is all of it, as text", async () => {
  const { page, close } = await openPage(browser, gateway.url);
  await page.locator("main").getByText(hostile.script).first().waitFor();
  await page.goto(`${gateway.url}/#/invocations/${said}`);
  await page.locator("main").getByText("<img src=x onerror=alert(1)>").first().waitFor();
  await close();
});
