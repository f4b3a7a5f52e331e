/**
 * What the dashboard costs whoever looks at it, in a real Chromium: how soon it shows the bench, with 20 Things and 10 000
 * invocations behind it as a ratio of a gateway with one Thing and none; and whether 200 events a second keep it from
 * answering, by the browser's own long tasks.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { BuiltGateway } from "../test/browser/built-gateway.ts";
import { launchChromium, openPage } from "../test/browser/chromium.ts";
import { median, ratios, row, spread } from "./figures.ts";

const rounds = 7;
const things = 20;
const invocations = 10_000;
const eventsPerSecond = 200;
/** Of each invocation: pending, running, completed. */
const eventsEach = 3;
const seconds = 10;
/** As promised. */
const maxRatio = 1.5;
const maxTaskMs = 200;

const names = Array.from({ length: things }, (_, n) => `counter_${n + 1}`);
const bench = (all: readonly string[]) => `things:\n${all.map((name) => `  ${name}: { driver: counter }\n`).join("")}`;

export async function run(): Promise<void> {
  const browser = await launchChromium();
  const [empty, full] = await Promise.all([
    BuiltGateway.start({ bench: bench(names.slice(0, 1)) }),
    BuiltGateway.start({ bench: bench(names) }),
  ]);
  try {
    await work(full, invocations, 16);
    await firstView(browser, empty, 1);
    await firstView(browser, full, things);
    const [ofEmpty, ofFull]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ofEmpty.push(await firstView(browser, empty, 1));
      ofFull.push(await firstView(browser, full, things));
    }
    const ratio = ratios(ofFull, ofEmpty);
    console.log(row("first view", "of an empty gateway", `of ${things} Things, ${invocations} invocations`, "ratio"));
    console.log(row("---", "---", "---", "---"));
    const figures = [median(ofEmpty), median(ofFull)].map((ms) => `${ms.toFixed(0)} ms`);
    console.log(row("until all Things are there", ...figures, `${median(ratio).toFixed(2)} (${spread(ratio)})`));
    if (median(ratio) > maxRatio) throw new Error(`the first view takes more than ${maxRatio} times as long`);

    console.log(`\n${eventsPerSecond} events a second, for ${seconds} s each`);
    console.log(row("what is looked at", "tasks over 50 ms", "the longest", "events a second"));
    console.log(row("---", "---", "---", "---"));
    for (const path of ["", "timeline", "history", `things/${names[0]}`, `plots?p=${names[0]}.counter`])
      await underLoad(browser, full, path);
  } finally {
    await browser.close();
    await Promise.all([empty.remove(), full.remove()]);
  }
}

/** From the address typed to every Thing on the page, by somebody who has never been there; ms. */
async function firstView(browser: Browser, { url }: BuiltGateway, count: number): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const begun = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await page
    .locator('main a[href^="#/things/"]')
    .nth(count - 1)
    .waitFor();
  const took = performance.now() - begun;
  await context.close();
  return took;
}

/** So many invocations, a few at a time, on all Things in turn. */
async function work(gateway: BuiltGateway, count: number, atOnce: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await gateway.ask("POST", `/${names[next++ % things]}/noop`);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function underLoad(browser: Browser, gateway: BuiltGateway, path: string): Promise<void> {
  const { page, close } = await openPage(browser, gateway.url);
  await page.goto(`${gateway.url}/#/${path}`);
  await sleep(1500);
  await watchTasks(page);
  const begun = performance.now();
  let sent = 0;
  while (performance.now() - begun < seconds * 1000) {
    const due = ((performance.now() - begun) / 1000) * (eventsPerSecond / eventsEach);
    await work(gateway, Math.max(0, Math.round(due - sent)), 8);
    sent = Math.max(sent, Math.round(due));
    await sleep(20);
  }
  const took = (performance.now() - begun) / 1000;
  const tasks = (await page.evaluate("window.longTasks")) as readonly number[];
  await close();
  const longest = Math.max(0, ...tasks);
  const rate = (sent * eventsEach) / took;
  console.log(row(`#/${path}`, tasks.length, `${longest.toFixed(0)} ms`, rate.toFixed(0)));
  if (longest > maxTaskMs) throw new Error(`#/${path} does not answer for ${longest.toFixed(0)} ms`);
}

const watchTasks = (page: Page) =>
  page.evaluate(`
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ entryTypes: ["longtask"] });
  `);
