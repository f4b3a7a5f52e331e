import vm from "node:vm";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as client from "../../src/client/index.ts";
import { type AskedBench, driven, openAskedBench } from "./bench.ts";

const root = new URL("../..", import.meta.url).pathname;
const bundle = buildSync({
  entryPoints: [`${root}src/client/index.ts`],
  ...{ bundle: true, platform: "browser", format: "iife", globalName: "client", target: "es2022" },
  ...{ write: false, metafile: true, minify: true, logLevel: "silent" },
});
const [{ text: code = "" } = {}] = bundle.outputFiles;

let asked: AskedBench;
beforeAll(async () => {
  asked = await openAskedBench();
});
afterAll(() => asked.close());

/** What a page has from an address that is not secure: no `randomUUID`, and nothing of Node. */
const page = {
  ...{
    URL,
    URLSearchParams,
    Headers,
    AbortController,
    AbortSignal,
    TextDecoder,
    performance,
    setTimeout,
    clearTimeout,
  },
  crypto: { getRandomValues: (bytes: Uint8Array) => crypto.getRandomValues(bytes) },
  fetch(this: unknown, input: string, init?: RequestInit) {
    // As a browser's own: it is no method of whoever calls it.
    if (this !== undefined && this !== vm.runInContext("globalThis", context))
      throw new TypeError("Illegal invocation");
    return fetch(input, init);
  },
};
const context = vm.createContext(page);

test("the client is a bundle for browsers by itself: nothing of Node, of a package, or of the gateway is in it", () => {
  const { inputs, outputs } = bundle.metafile;
  expect(Object.keys(inputs).filter((input) => !input.startsWith("src/client/"))).toEqual([]);
  expect(Object.values(outputs).flatMap(({ imports }) => imports)).toEqual([]);
  expect(gzipSync(code).length).toBeLessThan(9000);
});

test("it works where there is nothing but what a page has", async () => {
  vm.runInContext(`"use strict"; ${code}; globalThis.client = client;`, context);
  const { connect } = vm.runInContext("client", context) as typeof client;
  const bench = connect(asked.url);
  const counter = bench.thing("counter");
  const events = bench.events({ kinds: ["invocation"] });
  const first = events.next();
  await expect.poll(async () => (await bench.things())["counter"]?.state).toBe("ready");
  await counter.write("counter", 0);
  expect(await driven(asked, counter.invoke("increment", { by: 3 }))).toBe(3);
  const values = counter.observe("counter");
  expect((await values.next()).value).toBe(3);
  await values.return(undefined);
  // It may have begun to listen too late for those.
  const again = counter.invoke("noop");
  expect((await driven(asked, first)).value).toMatchObject({ kind: "invocation", thing: "counter" });
  await driven(asked, again);
  await events.return(undefined);
  await expect(counter.invoke("nothing")).rejects.toMatchObject({ name: "RefusedError", status: 404 });
});
