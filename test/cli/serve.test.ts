import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { testShell } from "./shell.ts";

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "benchd-")), "benchd.yaml");
  writeFileSync(path, text);
  return path;
}

const counter = "things: { counter: { driver: counter } }";

/** A gateway that serves a simulated bench in this process. */
async function serving(text: string, options: readonly string[] = [], shell = testShell()) {
  const ended = run(["serve", "--mock", "--port", "0", "--config", file(text), ...options], shell);
  const { msg } = await shell.hasLogged(/listens on/);
  const url = /http:\S+/.exec(String(msg))?.[0] ?? "";
  return { shell, ended, url };
}

test("serve opens the bench, logs its URL once, and answers there", async () => {
  const { shell, ended, url } = await serving(counter);
  expect(shell.logged.filter(({ msg }) => String(msg).includes(url))).toHaveLength(1);
  const answer = await fetch(`${url}/counter/counter`);
  expect(await answer.json()).toBe(0);
  shell.signal("SIGTERM");
  expect(await ended).toBe(0);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
  expect(shell.listeners).toBe(0);
});

test("SIGTERM cancels what runs, and answers whoever waits for it", async () => {
  const { shell, ended, url } = await serving(counter, ["--time-scale", "1000"]);
  const started = await fetch(`${url}/counter/slow_count`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ n: 1e9 }),
  });
  expect(started.status).toBe(201);
  shell.signal("SIGTERM");
  expect(await ended).toBe(0);
});

test("F02 while what runs has its grace, the gateway still answers, and can be stopped at once", async () => {
  const { shell, ended, url } = await serving(counter);
  await fetch(`${url}/counter/uncancellable`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ seconds: 3600 }),
  });
  shell.signal("SIGTERM");
  // On connections of their own, as somebody who comes running would have it.
  const connection = { connection: "close" };
  const health = await fetch(`${url}/health`, { headers: connection });
  expect(await health.json()).toMatchObject({ status: "closing" });
  const refused = await fetch(`${url}/counter/noop`, { method: "POST", headers: connection });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
  const stopped = await fetch(`${url}/emergency_stop`, { method: "POST", headers: connection });
  expect(stopped.status).toBe(200);
  expect(await ended).toBe(0);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

test("a start can be ended while it waits", async () => {
  const shell = testShell();
  const folder = mkdtempSync(join(tmpdir(), "benchd-"));
  writeFileSync(join(folder, "stuck.mjs"), "export default await new Promise(() => {});");
  writeFileSync(join(folder, "benchd.yaml"), "things: { a: { driver: ./stuck.mjs } }");
  const status = run(["serve", "--port", "0", "--config", join(folder, "benchd.yaml")], shell);
  await expect.poll(() => shell.listeners).toBeGreaterThan(0);
  shell.signal("SIGTERM");
  expect(await status).toBe(0);
  expect(shell.logged).toMatchObject([{ msg: "ended before it had started" }]);
});

test("a start is given up at once, whoever waits for its Things on whatever protocol", async () => {
  const stuck = fileURLToPath(new URL("../fixtures/drivers/stuck.ts", import.meta.url));
  const { shell, ended, url } = await serving(`things: { a: { driver: ${stuck} } }`);
  const { port } = new URL(url);
  const client = connect(Number(port), "127.0.0.1");
  const hungUp = once(client.on("error", () => {}).resume(), "close");
  const asked = ["GET /a/ws HTTP/1.1", `Host: 127.0.0.1:${port}`, "Connection: Upgrade", "Upgrade: websocket"];
  const key = ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
  client.write(`${[...asked, ...key].join("\r\n")}\r\n\r\n`);
  // What is asked after that has come after it.
  await fetch(`${url}/health`);
  shell.signal("SIGTERM");
  shell.signal("SIGINT");
  expect(await ended).toBe(1);
  await hungUp;
});

test("what waits for a start that is asked to end is refused, and not begun when its Thing has opened after all", async () => {
  const slow = fileURLToPath(new URL("../fixtures/drivers/slow-to-open.ts", import.meta.url));
  const { shell, ended, url } = await serving(`things: { a: { driver: ${slow} } }`, ["--time-scale", "4"]);
  await shell.hasLogged(/I am opening/);
  const asked = fetch(`${url}/a/act`, { method: "POST", headers: { connection: "close" } });
  await fetch(`${url}/health`, { headers: { connection: "close" } });
  shell.signal("SIGTERM");
  expect((await asked).status).toBe(503);
  expect(await ended).toBe(0);
  expect(shell.logged.map(({ msg }) => msg)).not.toContain("I act");
});

test("a start that is given up while devices are being opened fails, so that the helper makes them safe", async () => {
  const shell = testShell();
  const stuck = fileURLToPath(new URL("../fixtures/drivers/stuck.ts", import.meta.url));
  const config = file(`things: { a: { driver: ${stuck} } }`);
  const status = run(["serve", "--mock", "--port", "0", "--config", config], shell);
  await shell.hasLogged(/stuck for good/);
  shell.signal("SIGTERM");
  shell.signal("SIGINT");
  expect(await status).toBe(1);
  expect(shell.logged.at(-1)).toMatchObject({ level: 50, msg: expect.stringMatching(/given up while devices were/) });
});

test("somebody who sits in front of it is told where to look", async () => {
  const { shell, ended, url } = await serving(counter, [], testShell({}, true));
  await expect.poll(() => shell.told.join("\n")).toContain(`${url}/things/`);
  expect(shell.told.join("\n")).toContain("The simulated bench");
  shell.signal("SIGINT");
  expect(await ended).toBe(0);
});

test("an address that is taken ends the start before any device is touched", async () => {
  const other = createServer();
  other.listen({ host: "127.0.0.1", port: 0 });
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const shell = testShell();
  // It would say so in the log.
  const talkative = fileURLToPath(new URL("../fixtures/drivers/talkative.ts", import.meta.url));
  const config = file(`things: { a: { driver: ${talkative} } }`);
  const status = await run(["serve", "--mock", "--port", String(port), "--config", config], shell);
  expect(status).toBe(1);
  expect(shell.told).toEqual([expect.stringContaining(`cannot listen on 127.0.0.1 port ${port}: another program`)]);
  expect(shell.logged).toEqual([]);
  other.close();
});

test("a configuration with mistakes ends the start with all of them", async () => {
  const shell = testShell();
  const status = await run(
    ["serve", "--mock", "--config", file("prefix: x\nthings: { a: { driver: cuonter } }")],
    shell,
  );
  expect(status).toBe(78);
  expect(shell.told.join("\n")).toMatch(/has 2 mistakes:[\s\S]*"prefix" must be[\s\S]*there is no driver "cuonter"/);
});

test("a state directory with files of somebody else's ends the start with what to do, not with a stack", async () => {
  for (const name of ["benchd.lock", "emergency-stop.json"]) {
    const folder = mkdtempSync(join(tmpdir(), "benchd-"));
    mkdirSync(join(folder, name));
    const shell = testShell({ STATE_DIRECTORY: folder });
    expect(await run(["serve", "--mock", "--port", "0", "--config", file(counter)], shell)).toBe(1);
    expect(shell.told).toEqual([expect.stringMatching(/^benchd: \S+ cannot be .* the user that benchd runs as/)]);
    expect(shell.told.join()).toContain(name);
  }
});

test("an error that nobody caught ends it, with everything left safe, and fails", async () => {
  const { shell, ended } = await serving(counter);
  shell.fail(new Error("nobody caught this"));
  expect(await ended).toBe(1);
  expect(await shell.hasLogged(/fault in benchd itself/)).toMatchObject({
    level: 60,
    err: { message: "nobody caught this" },
  });
});
