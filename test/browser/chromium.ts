import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Of real time, for whatever a page shows in the end: a machine may be busy, or start its first browser. */
const patienceMs = 60_000;

/** A browser of this machine: Debian's package, or what BENCHD_CHROMIUM names. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = [process.env["BENCHD_CHROMIUM"], ...usual].find((path) => path && existsSync(path));
  if (!executablePath)
    throw new Error("there is no Chromium here: apt-get install chromium, or name yours with BENCHD_CHROMIUM");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    timeout: 2 * patienceMs,
  });
}

/** A page, and what it should not have done. */
export interface Watched {
  readonly page: Page;
  /** Errors of the console, exceptions, refusals by the page's policy. */
  readonly errors: readonly string[];
  /** Addresses that are none of the gateway's. */
  readonly strays: readonly string[];
  close(): Promise<void>;
}

interface Options extends BrowserContextOptions {
  /** That part of an error which the test itself brings about, such as a lost connection. */
  readonly expected?: RegExp;
}

/** A page of the gateway at `url`, as somebody who has never been there sees it. */
export async function openPage(
  browser: Browser,
  url: string,
  { expected, ...options }: Options = {},
): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const [errors, strays]: [string[], string[]] = [[], []];
  const note = (text: string) => {
    if (!expected?.test(text)) errors.push(text);
  };
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) note(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => note(String(error.stack ?? error)));
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(`${url}/`) && !/^(data|blob):/.test(address)) strays.push(address);
  });
  await page.goto(`${url}/`);
  return { page, errors, strays, close: () => context.close() };
}
