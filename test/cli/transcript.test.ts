import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { replay } from "../../src/testing/index.ts";
import { served } from "./served.ts";
import { testShell } from "./shell.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** A gateway with a balance, as it is served. */
async function serve() {
  const { gateway, url, close } = await served("things: { balance: { driver: balance } }");
  cleanUp.push(close);
  return { gateway, url };
}

test("a transcript is fetched from the running gateway and written where it can be replayed from", async () => {
  const { gateway, url } = await serve();
  const weigh = gateway.thing("balance").invoke("weigh", undefined, { requestedBy: "a test" });
  await weigh.ended;
  const folder = await mkdtemp(join(tmpdir(), "benchd-transcript-"));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const out = join(folder, "weigh.json");
  const shell = testShell();
  expect(await run(["transcript", weigh.id, "--url", url, "--out", out], shell)).toBe(0);
  const text = await readFile(out, "utf8");
  expect(text).toMatch(/^ {8}\[\d+(\.\d+)?, ">", "SI\\\\r\\\\n"\],?$/m);
  expect(replay(text).config("balance")).toEqual({});
  expect(await run(["transcript", weigh.id, "--url", url], shell)).toBe(0);
  expect(`${shell.printed.at(-1)}\n`).toBe(text);
  expect(await run(["transcript", weigh.id, "--url", url, "--out", out], shell)).toBe(64);
  expect(shell.told.join()).toContain("it is there already");
  const nobody = "00000000-0000-4000-8000-000000000000";
  expect(await run(["transcript", nobody, "--url", url], shell)).toBe(1);
  expect(shell.told.at(-1)).toContain(`knows no invocation ${nobody}`);
});

test("what is no gateway is told apart from none at all", async () => {
  const server = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shell = testShell();
  expect(await run(["transcript", "x", "--url", url], shell)).toBe(1);
  expect(shell.told.at(-1)).toContain("is it benchd?");
  await new Promise((resolve) => server.close(resolve));
  expect(await run(["transcript", "x", "--url", url], shell)).toBe(69);
  expect(shell.told.at(-1)).toContain(`no gateway answers at ${url}`);
  for (const wrong of ["nonsense", "ftp://127.0.0.1:5000"]) {
    expect(await run(["transcript", "x", "--url", wrong], shell)).toBe(64);
    expect(shell.told.join("\n")).toContain(
      `--url takes the address of a gateway, such as http://127.0.0.1:5000, not "${wrong}"`,
    );
  }
});
