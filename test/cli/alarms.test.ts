import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { openWebhook } from "../experiment/notify/servers.ts";
import { served } from "./served.ts";
import { testShell } from "./shell.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-alarms-"));
  cleanUp.push(() => rm(folder, { recursive: true }));
});
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function configured(url: string): Promise<string> {
  const config = join(folder, "benchd.yaml");
  const yaml = `things: {}\nnotifiers:\n  chat: { webhook: { url: ${url}, tokenVariable: CHAT_TOKEN } }\n`;
  await writeFile(config, yaml);
  return config;
}

test("a test message is sent as the configuration says, with the secrets of the environment", async () => {
  const hook = await openWebhook();
  cleanUp.push(hook.close);
  const shell = testShell({ CHAT_TOKEN: "s3cret" });
  expect(await run(["alarms", "test", "chat", "--config", await configured(hook.url)], shell)).toBe(0);
  expect(shell.printed).toEqual(["chat has taken a test message: see whether it arrives."]);
  expect(hook.posted).toMatchObject([
    { headers: { authorization: "Bearer s3cret" }, body: { state: "test", title: "a test of alarms" } },
  ]);
});

test("what keeps it from being sent is told, and so is what is mistyped", async () => {
  const hook = await openWebhook();
  cleanUp.push(hook.close);
  hook.state.status = 401;
  const config = await configured(hook.url);
  const shell = testShell({ CHAT_TOKEN: "s3cret" });
  expect(await run(["alarms", "test", "chat", "--config", config], shell)).toBe(1);
  expect(await run(["alarms", "test", "chta", "--config", config], shell)).toBe(64);
  expect(await run(["alarms", "tset"], shell)).toBe(64);
  const told = shell.told.join("\n");
  expect(told).toContain(`localhost:${hook.port} answers with status 401`);
  expect(told).toContain(`has no notifier "chta"; did you mean "chat"`);
  expect(told).toContain("say what to do: list, or test NOTIFIER");
  expect(told).not.toContain("s3cret");
});

test("alarms are listed, and one that is raised is the exit status", async () => {
  const { gateway, url, close } = await served(
    "things: { counter: { driver: counter } }\nalarms: { high: { when: counter.counter > 2, every: 200 ms, notify: [] } }",
  );
  cleanUp.push(close);
  const shell = testShell();
  const list = () => run(["alarms", "list", "--url", url], shell);
  expect(await list()).toBe(0);
  const raised = new Promise<void>((resolve) => {
    gateway.events.listen(({ event }) => event.kind === "alarm" && resolve());
  });
  await gateway.thing("counter").write("counter", 3);
  await raised;
  expect(await list()).toBe(1);
  expect(shell.printed).toEqual([
    "high: in order",
    expect.stringMatching(/^high: RAISED since .+Z, counter.counter is 3$/),
  ]);
});

test("benchd check warns of secrets that are missing, or that everybody can read", async () => {
  const open = join(folder, "open");
  const closed = join(folder, "closed");
  await writeFile(open, "s3cret", { mode: 0o644 });
  await writeFile(closed, "s3cret", { mode: 0o600 });
  const hook = (name: string) => `  ${name}: { webhook: { url: https://chat.lab.example/, tokenFile: ./${name} } }\n`;
  const config = join(folder, "benchd.yaml");
  await writeFile(config, `things: {}\nnotifiers:\n${hook("open")}${hook("closed")}${hook("none")}`);
  const shell = testShell();
  expect(await run(["check", config], shell)).toBe(0);
  const warnings = shell.printed.filter((line) => line.includes("secret"));
  expect(warnings).toEqual([
    expect.stringContaining(`${open} holds a secret, and is open to everybody on this machine`),
    expect.stringContaining(`${join(folder, "none")}, which is to hold a secret, is not there`),
  ]);
});
