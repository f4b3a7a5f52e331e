import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../../src/cli/run.ts";
import { served } from "../served.ts";
import { type TestShell, testShell } from "../shell.ts";

const state = mkdtempSync(join(tmpdir(), "benchd-looking-"));

let at: Awaited<ReturnType<typeof served>>;
beforeAll(async () => {
  at = await served(`stateDirectory: ${state}\nprefix: /api/v1\nthings: { counter: { driver: counter } }`);
});
afterAll(() => at.close());

const command = (shell: TestShell, args: readonly string[]) => run([...args, "--url", at.url], shell);

async function benchd(...args: readonly string[]) {
  const shell = testShell({ USER: "ada" });
  const status = await command(shell, args);
  return { status, printed: shell.printed, told: shell.told.join("\n") };
}

const started = async () =>
  (await benchd("invoke", "counter", "slow_count", "--n", "500", "--detach")).printed[0] ?? "";

test("what runs is listed, told in full by the beginning of its id, and cancelled; the prefix is found", async () => {
  const id = await started();
  await expect.poll(async () => (await benchd("invocations", id)).printed.length).toBeGreaterThan(2);
  const list = await benchd("invocations", "--thing", "counter", "--status", "running");
  expect(list.printed).toEqual([
    expect.stringMatching(new RegExp(`^${id}  counter\\.slow_count  running \\d+%  2\\d`)),
  ]);
  const one = await benchd("invocations", id.slice(0, 9));
  expect(one.printed[0]).toContain(`${id}  counter.slow_count, requested `);
  expect(one.printed.at(-1)).toMatch(/^counter\.slow_count is running \d+%\.$/);
  const ended = await benchd("cancel", id.slice(0, 9));
  expect([ended.status, ended.printed]).toEqual([
    0,
    [expect.stringMatching(/^counter\.slow_count was cancelled after /)],
  ]);
  const none = await benchd("invocations", "--status", "running");
  expect([none.status, none.printed, none.told]).toEqual([0, [], expect.stringMatching(/^There is none/)]);
});

test("whatever a Thing does, and what waits for it, is cancelled by its name", async () => {
  const [first, second] = [await started(), await started()];
  const { status, printed } = await benchd("cancel", "counter", "--json");
  expect(JSON.parse(printed[0] ?? "")).toEqual(
    expect.arrayContaining([first, second].map((id) => expect.objectContaining({ id, status: "cancelled" }))),
  );
  expect([status, (await benchd("cancel", "counter")).printed]).toEqual([0, ["There is nothing to cancel."]]);
});

test.each([
  [["cancel"], "the ID of the invocation, or the THING, is missing"],
  [["cancel", "couter"], 'has no Thing "couter"; did you mean "counter"?'],
  [["cancel", "ffff"], 'has no invocation that begins with "ffff"'],
  [["cancel", "00000000-0000-4000-8000-000000000000"], "knows no invocation"],
  [["invocations", "00000000-0000-4000-8000-000000000000"], "knows no invocation"],
  [["invocations", "x"], '"x" is no id of an invocation'],
  [["invocations", "--status", "done"], "--status takes pending, running"],
  [["invocations", "--since", "yesterday"], "--since takes a time such as"],
  [["invocations", "--limit", "0"], "--limit takes a whole number"],
  [["export", "--format", "xml"], "--format takes csv or ndjson"],
  [["export", "recording"], "the ID of the recording is missing"],
  [["export", "recording", "x", "--thing", "counter"], "filters are for the history"],
  [["watch", "counter", "gian"], 'there is no property "gian"; did you mean "gain"?'],
])("%j is refused: %s", async (args, words) => {
  const { status, told, printed } = await benchd(...args);
  expect(told).toContain(words);
  expect([status, printed]).toEqual([64, []]);
});

test("the history is exported by its filters, into a file that is whole or not there", async () => {
  await benchd("invoke", "counter", "noop");
  const folder = mkdtempSync(join(tmpdir(), "benchd-export-"));
  const file = join(folder, "history.csv");
  const done = await benchd("export", "--action", "noop", "--since", "1 h", "--out", file);
  expect([done.status, done.told]).toEqual([0, expect.stringMatching(/history\.csv: \d+ bytes$/)]);
  expect(readFileSync(file, "utf8")).toMatch(
    /^\ufeff?seq,id,thing,action,[^\n]*\n\d+,[\da-f-]+,counter,noop,completed/,
  );
  expect((await benchd("export", "--out", file)).told).toContain("is there already: name another, or say --force");
  expect((await benchd("export", "--json", "--out", file, "--force")).status).toBe(0);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  expect(
    lines.map((line) => JSON.parse(line) as { action: string }).some(({ action }) => action.endsWith("noop")),
  ).toBe(true);
  expect(readdirSync(folder)).toEqual(["history.csv"]);
  const shell = testShell();
  await command(shell, ["export", "--until", "2020-01-01"]);
  expect(shell.screen).toMatch(/^\ufeff?seq,id,[^\n]*\n$/);
});

test.each([
  [["prompts", "list"], []],
  [["interlock", "list"], {}],
  [["alarms", "list"], {}],
  [["procedure", "list"], {}],
])("%j is told as JSON, too", async (args, told) => {
  const { status, printed } = await benchd(...args, "--json");
  expect([status, printed.map((line) => JSON.parse(line))]).toEqual([0, [told]]);
});

test("leases are told as JSON, each with its Thing", async () => {
  const shell = testShell();
  const lease = (...args: string[]) => run(["lease", ...args, "--url", `${at.url}/api/v1`], shell);
  await lease("take", "counter", "--note", "mine");
  expect(await lease("list", "--json")).toBe(0);
  const [number = "", list = ""] = shell.printed;
  expect(JSON.parse(list)).toEqual([expect.objectContaining({ thing: "counter", leaseNumber: Number(number) })]);
  await lease("release", "counter", "--number", number);
});

test("what runs have done is listed, and so is what a Thing has done that is there no more", async () => {
  expect((await benchd("invocations", "--thing", "gateway")).status).toBe(0);
  const folder = mkdtempSync(join(tmpdir(), "benchd-gone-"));
  const bench = (thing: string) => `stateDirectory: ${folder}\nthings: { ${thing}: { driver: counter } }`;
  const before = await served(bench("former"));
  await run(["invoke", "former", "noop", "--url", before.url], testShell());
  await before.close();
  const after = await served(bench("counter"));
  const shell = testShell();
  expect(await run(["export", "--thing", "former", "--url", after.url], shell)).toBe(0);
  expect(shell.screen).toContain(",former,noop,completed");
  expect(await run(["export", "--thing", "forma", "--url", after.url], shell)).toBe(64);
  await after.close();
});

test("an export that breaks off leaves no file, and is no success", async () => {
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/gateway/about")) return response.end('{"prefix":""}');
    response.write("seq,id\n1,");
    return setImmediate(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), "benchd-export-"));
  const shell = testShell();
  expect(await run(["export", "--out", join(folder, "x.csv"), "--url", url], shell)).toBe(69);
  expect([shell.told.join(), readdirSync(folder)]).toEqual([expect.stringContaining("what has come is not all"), []]);
  await new Promise((resolve) => server.close(resolve));
});

test("a file that somebody else has made meanwhile stays as it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "benchd-export-"));
  const file = join(folder, "x.csv");
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/gateway/about")) return response.end('{"prefix":""}');
    writeFileSync(file, "of somebody else");
    return response.end("seq,id\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shell = testShell();
  expect(await run(["export", "--out", file, "--url", url], shell)).toBe(64);
  expect([readFileSync(file, "utf8"), readdirSync(folder)]).toEqual(["of somebody else", ["x.csv"]]);
  await new Promise((resolve) => server.close(resolve));
});

test("a Thing is watched: how it is, then each change, until Ctrl-C", async () => {
  const shell = testShell();
  const watching = command(shell, ["watch", "counter", "gain"]);
  await expect.poll(() => shell.printed.length).toBeGreaterThan(0);
  await expect
    .poll(async () => {
      await benchd("set", "counter", "gain", "7");
      await benchd("set", "counter", "gain", "8");
      return shell.printed.at(-1);
    })
    .toMatch(/^\d\d:\d\d:\d\d\.\d {2}gain {5}8$/);
  shell.signal("SIGINT");
  expect([await watching, shell.listeners]).toEqual([0, 0]);
  const json = testShell();
  const told = command(json, ["watch", "counter", "gain", "--json"]);
  await expect.poll(() => json.printed.length).toBeGreaterThan(0);
  json.signal("SIGINT");
  await told;
  expect(JSON.parse(json.printed[0] ?? "")).toMatchObject({ kind: "property", name: "gain", value: 8, unit: null });
});

test("Ctrl-C ends watch also while a reading does not come", async () => {
  let asked = false;
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/gateway/about")) return response.end('{"prefix":""}');
    if (request.url?.endsWith("/gain")) asked = true;
    else response.end('{"title":"Counter","properties":{"gain":{"type":"integer"}}}');
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const shell = testShell();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const watching = run(["watch", "counter", "--url", url], shell);
  await expect.poll(() => asked).toBe(true);
  shell.signal("SIGINT");
  expect([await watching, shell.listeners]).toEqual([0, 0]);
  server.close().closeAllConnections();
});

test("estop is the emergency stop, and estop clear ends it", async () => {
  const pressed = await benchd("estop", "--reason", "smoke", "--json");
  expect(JSON.parse(pressed.printed[0] ?? "")).toMatchObject({
    stopped: true,
    by: "127.0.0.1: ada, command line: smoke",
  });
  expect([pressed.status, (await benchd("estop", "clear")).status]).toEqual([0, 64]);
  expect((await benchd("estop", "clear", "--reason", "steam")).printed.join()).toContain("cleared");
  expect((await benchd("estop")).printed).toEqual(["counter  stopped"]);
  expect((await benchd("estop", "clear", "--reason", "test")).status).toBe(0);
});
