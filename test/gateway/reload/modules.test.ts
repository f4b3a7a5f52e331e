import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ModuleVersions } from "../../../src/gateway/module-versions.ts";
import { openReloadable } from "./reloaded.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A driver that says `value`, and takes so long to close by the clock of benchd. */
const driverOf = (value: number, closing = "") => `export default {
  title: "Answer",
  config: { type: "object", properties: {} },
  properties: { answer: { title: "Answer", schema: { type: "integer" }, readOnly: true, maxAgeMs: 0 } },
  open: async (context) => ({ read: { answer: () => ${value} }, ${closing} }),
};
`;

test("a driver by path is loaded afresh when its file is another, and only its Things are opened anew", async () => {
  const file = join(folder, "answer.js");
  await writeFile(file, driverOf(1));
  const text = `things:\n  a: { driver: ${file} }\n  b: { driver: counter }\n`;
  const { gateway, clock, begin, close } = await openReloadable(text);
  const answer = () => clock.until(gateway.thing("a").read("answer"));
  expect(await answer()).toBe(1);
  expect(await begin(text)).toMatchObject({ changed: [], kept: ["a", "b"] });
  await writeFile(file, driverOf(42));
  expect(await begin(text)).toMatchObject({ changed: ["a"], kept: ["b"] });
  expect(await answer()).toBe(42);
  // One that cannot be loaded changes nothing, and one that can again is taken up.
  await writeFile(file, `${driverOf(7)}}`);
  await expect(begin(text)).rejects.toThrow(/test\.yaml:2:16: the driver .*answer\.js.* cannot be loaded/);
  expect(await answer()).toBe(42);
  await writeFile(file, driverOf(777));
  expect(await begin(text)).toMatchObject({ changed: ["a"] });
  expect(await answer()).toBe(777);
  await close();
});

test("an interlock does not trip while the Thing that it watches takes its time to close, unless that is too long", async () => {
  const slow = (ms: number) =>
    driverOf(1, `close: () => new Promise((resolve) => { globalThis.benchdTestClock.after(${ms}, resolve); })`);
  const lid = "lid: { thing: a, property: answer, equals: 1, outputs: [valve.valve], pollMs: 100, maxAgeMs: 1000 }";
  const text = (title: string, file: string) =>
    `things:\n  a: { driver: ${file}, title: ${title} }\n  valve: { driver: valve, gpio: { valve: 5 } }\ninterlocks: { ${lid} }\n`;
  for (const [ms, trips] of [
    [600, false],
    [1600, true],
  ] as const) {
    const file = join(folder, `slow-${ms}.js`);
    await writeFile(file, slow(ms));
    const { gateway, clock, begin, close } = await openReloadable(text("One", file));
    Object.assign(globalThis, { benchdTestClock: clock });
    await clock.advance(500);
    await clock.until(begin(text("Two", file)));
    await clock.advance(500);
    const { trip } = gateway.interlocks.get("lid");
    expect([trip !== undefined, trip?.why ?? "not been read for"]).toEqual([
      trips,
      expect.stringContaining("not been read for"),
    ]);
    await close();
  }
});

test("an interlock that is another trips in its time, too, where the Thing that it watches takes long to open anew", async () => {
  const wait = (ms: number) => `await new Promise((resolve) => { globalThis.benchdTestClock.after(${ms}, resolve); })`;
  const file = join(folder, "lid.js");
  const lid = "lid: { thing: a, property: answer, equals: 1, outputs: [valve.valve], pollMs: 100, maxAgeMs: 1000 }";
  const text = (interlock: string) =>
    `things:\n  a: { driver: ${file} }\n  valve: { driver: valve, gpio: { valve: 5 } }\ninterlocks: { ${interlock} }\n`;
  await writeFile(file, driverOf(1));
  const { gateway, clock, begin, close } = await openReloadable(text(lid));
  Object.assign(globalThis, { benchdTestClock: clock });
  await clock.advance(500);
  await clock.until(gateway.thing("valve").invoke("open", undefined, { requestedBy: "ada" }).ended);
  expect(gateway.thing("valve").outputsOn).toEqual(["valve"]);
  await writeFile(file, driverOf(1).replace("=> ({ read", `=> (${wait(10_000)}, { read`));
  const reloaded = begin(text(lid.replace("maxAgeMs: 1000", "maxAgeMs: 1500")));
  await expect.poll(() => gateway.interlocks.get("lid").config.maxAgeMs).toBe(1500);
  await clock.advance(2000);
  expect(gateway.thing("a").state).toBe("opening");
  expect(gateway.interlocks.get("lid").trip?.why).toContain("has not been read for 1.5 s");
  expect(gateway.thing("valve").outputsOn).toEqual([]);
  await clock.until(reloaded);
  await close();
});

test("versions of modules are bounded: what has changed too often wants a restart", async () => {
  const versions = new ModuleVersions();
  const file = join(folder, "many.js");
  const url = new URL(`file://${file}`);
  for (let n = 0; n <= 100; n++) {
    await writeFile(file, "x".repeat(n));
    const { href } = await versions.urlOf(url);
    expect(href.endsWith(n === 0 ? "many.js" : `many.js?version=${n}`)).toBe(true);
  }
  await writeFile(file, "x".repeat(101));
  await expect(versions.urlOf(url)).rejects.toThrow("restart benchd");
});
