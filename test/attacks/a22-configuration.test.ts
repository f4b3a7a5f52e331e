import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RouteOptions } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { testShell } from "../cli/shell.ts";
import { type Listening, openListening } from "./listening.ts";

const planted = "planted-in-the-environment-7c1f";
const module = `globalThis.taken = true;\nexport default { title: "Evil", config: { type: "object" }, open: async () => ({}) };\n`;
const isTaken = () => "taken" in globalThis;

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "benchd-a22-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("A22: code and secrets by way of HTTP", () => {
  const routes: RouteOptions[] = [];
  let bench: Listening;
  beforeAll(async () => {
    process.env["BENCHD_PLANTED"] = planted;
    bench = await openListening({
      yaml: "things: { counter: { driver: counter } }",
      onRoute: (route) => routes.push(route),
    });
  });
  afterAll(async () => {
    delete process.env["BENCHD_PLANTED"];
    await bench.close();
  });

  const values: Readonly<Record<string, string>> = {
    ...{
      thing: "counter",
      affordance: "increment",
      property: "gain",
      action: "increment",
      event: "changed",
      interlock: "door_open",
    },
    ...{ id: "8e03978e-40d5-43e8-bc93-6894a57f9324", blob_id: "8e03978e-40d5-43e8-bc93-6894a57f9324", fault: "delay" },
  };
  const pathOf = (url: string) => url.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? "x").replace("*", "");
  const all = () =>
    routes.flatMap(({ method, url }) => [method].flat().map((one) => ({ method: String(one), path: pathOf(url) })));
  const ask = async (method: string, path: string, body?: unknown): Promise<string> => {
    const stop = new AbortController();
    const answer = await fetch(new URL(path, bench.url), {
      ...{ method, signal: stop.signal, redirect: "manual" },
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), prefer: "respond-async" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const endless = /event-stream|multipart/.test(answer.headers.get("content-type") ?? "");
    const text = endless ? "" : await answer.text();
    if (endless) stop.abort();
    return `${JSON.stringify([...answer.headers])}${text}`;
  };

  it("has no request that loads a driver, whatever it names and where", async () => {
    const file = join(folder, "evil.mjs");
    writeFileSync(file, module);
    const body = {
      driver: file,
      twin: file,
      path: file,
      module: file,
      import: file,
      file,
      things: { evil: { driver: file } },
    };
    const query = new URLSearchParams({ driver: file, module: file, config: file, path: file }).toString();
    for (const { method, path } of all()) {
      if (["GET", "HEAD", "OPTIONS"].includes(method)) await ask(method, `${path}?${query}`);
      else
        for (const one of [body, file, { driver: file }, { things: [file] }])
          await ask(method, `${path}?${query}`, one);
    }
    for (const path of [file, `file://${file}`, "../drivers/counter", "..%2f..%2fpackage.json"])
      for (const before of ["/", "/things/", "/mock/", "/docs/", "/docs/static/"])
        expect(await ask("GET", before + encodeURIComponent(path))).not.toContain('"benchd"');
    await ask("DELETE", "/emergency_stop");
    expect(isTaken()).toBe(false);
    expect([...bench.gateway.things.keys()]).not.toContain("evil");
  });

  it("tells nothing of the environment, of the folders it lies in, or of how it is made", async () => {
    const told: string[] = [];
    for (const { method, path } of all()) if (method === "GET") told.push(await ask(method, path));
    for (const path of [
      "/.env",
      "/benchd.yaml",
      "/package.json",
      "/debug",
      "/proc/self/environ",
      "/src/cli/main.ts",
      "/main.js.map",
    ])
      told.push(await ask("GET", path));
    told.push(await bench.send("\0\0\0"));
    const everything = told.join("\n");
    expect(everything.length).toBeGreaterThan(10_000);
    expect(everything + bench.logged().join("")).not.toContain(planted);
    expect(everything).not.toContain(process.cwd());
    expect(everything).not.toMatch(/\bat \S+ \(?(file:\/\/|\/)\S+:\d+:\d+\)?/);
    expect(everything).not.toMatch(/node_modules|sourceMappingURL/);
  });
});

describe("A22: code by way of files that others may write", () => {
  const write = (name: string, text: string, mode = 0o644) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };
  const driver =
    'export default { title: "Own", config: { type: "object", properties: {} }, open: async () => ({}) };\n';
  const checked = async (file: string) => {
    const shell = testShell();
    const status = await run(["check", file], shell);
    return { status, said: [...shell.printed, ...shell.told].join("\n").replaceAll(folder, "DIR") };
  };
  const warned = (path: string) => `every user of this machine may change ${path}`;

  it("is warned of when the configuration is such a file, and not when it is not", async () => {
    const text = "things: { a: { driver: counter } }\n";
    expect((await checked(write("good.yaml", text))).said).not.toContain("every user");
    const { status, said } = await checked(write("open.yaml", text, 0o666));
    expect([status, said]).toEqual([
      0,
      expect.stringContaining(`${warned("DIR/open.yaml")}, and so run code as benchd: sudo chmod o-w DIR/open.yaml`),
    ]);
  });

  it("is warned of when a driver or a twin is, also by a link and by a folder above", async () => {
    mkdirSync(join(folder, "open"));
    chmodSync(join(folder, "open"), 0o777);
    write("open/driver.mjs", driver);
    write("twin.mjs", "export default () => ({});\n", 0o666);
    symlinkSync(join(folder, "open/driver.mjs"), join(folder, "link.mjs"));
    const file = write("b.yaml", "things: { a: { driver: ./link.mjs, twin: ./twin.mjs } }\n");
    const { said } = await checked(file);
    expect(said).toContain(`${warned("DIR/link.mjs (by way of DIR/open)")}`);
    expect(said).toContain(warned("DIR/twin.mjs"));
    expect(said).not.toContain(warned("DIR/b.yaml"));
  });

  it("is no driver by a name that leads out of the package", async () => {
    write("counter.ts", module);
    for (const name of ["../counter", "..\\\\counter", "./../counter.ts/../counter.ts"]) {
      const { status, said } = await checked(write("b.yaml", `things: { a: { driver: "${name}" } }\n`));
      expect([name, status, said]).toEqual([name, 78, expect.stringContaining("there is no driver")]);
    }
    expect(isTaken()).toBe(false);
  });
});
