import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { served } from "./served.ts";
import { testShell } from "./shell.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const bench = `
things:
  counter: { driver: counter }
  balance: { driver: balance }
  door: { driver: door, gpio: { switch: { line: 17, pull: up, activeLow: true } } }
  relays: { driver: relays, gpio: { pump_power: 5, vent: 6, lamp: 13 } }
interlocks:
  lid_open: { thing: door, property: closed, equals: true, outputs: [relays.pump_power] }
`;

async function serve() {
  const { gateway, url, close } = await served(bench);
  cleanUp.push(close);
  const shell = testShell({ USER: "ada" });
  const benchd = (...args: string[]) => run([...args, "--url", url], shell);
  return { gateway, shell, benchd };
}

test("the emergency stop is pressed from the command line, which tells what each device makes of it", async () => {
  const { gateway, shell, benchd } = await serve();
  expect(await benchd("emergency-stop", "--reason", "smoke")).toBe(0);
  expect(shell.printed).toEqual(["counter  stopped", "balance  stopped", "door     stopped", "relays   stopped"]);
  expect(gateway.emergencyStop.latch?.by).toBe("127.0.0.1: ada, command line: smoke");
  expect(shell.told.join()).toContain("--clear");
});

test("it fails when a device has not confirmed, and says which", async () => {
  const { gateway, shell, benchd } = await serve();
  await gateway.thing("balance").close();
  expect(await benchd("emergency-stop")).toBe(1);
  expect(shell.printed.find((line) => line.startsWith("balance"))).toBe("balance  NOT CONFIRMED: balance is closed");
});

test("it is cleared with a reason, which the audit trail keeps", async () => {
  const { gateway, shell, benchd } = await serve();
  await benchd("emergency-stop");
  expect(await benchd("emergency-stop", "--clear")).toBe(64);
  expect(shell.told.join("\n")).toContain("say why it may be cleared");
  expect(await benchd("emergency-stop", "--clear", "--reason", "it was steam")).toBe(0);
  expect(gateway.emergencyStop.latch).toBeUndefined();
  expect(gateway.audit.page({ limit: 1 })).toMatchObject([
    { what: "emergency_stop.cleared", detail: "ada, command line: it was steam" },
  ]);
});

test("an interlock is shown and reset from the command line, and a refusal is told in words", async () => {
  const { gateway, shell, benchd } = await serve();
  expect(await benchd("interlock", "list")).toBe(0);
  expect(shell.printed).toEqual(["lid_open: met"]);
  gateway.mockFaults?.apply("door", "open", {}, "test");
  await expect.poll(() => gateway.interlocks.get("lid_open").trip?.why).toBe("door.closed is false, not true");
  expect(await benchd("interlock", "list")).toBe(1);
  expect(shell.printed.at(-1)).toBe("lid_open: TRIPPED, door.closed is false, not true");
  expect(await benchd("interlock", "reset", "lid_open")).toBe(1);
  expect(shell.told.at(-1)).toContain("lid_open cannot be reset: door.closed is false, not true");
  gateway.mockFaults?.end("door", "open", "test");
  await expect.poll(() => gateway.interlocks.get("lid_open").watch.condition.state).toBe("met");
  expect(await benchd("interlock", "list")).toBe(1);
  expect(shell.printed.at(-1)).toMatch(
    /^lid_open: TRIPPED, door.closed is false, not true; in order by now: benchd interlock reset lid_open --url http/,
  );
  expect(await benchd("interlock", "reset", "lid_open")).toBe(0);
  expect(shell.printed.at(-1)).toBe("lid_open is reset; nothing has been started.");
  expect(await benchd("interlock", "reset", "lid_opn")).toBe(64);
  expect(await benchd("interlock", "rest", "lid_open")).toBe(64);
});

test("when no gateway answers it says that nothing was stopped, and what to do", async () => {
  const server = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shell = testShell();
  const press = () => run(["emergency-stop", "--url", url], shell);
  expect(await press()).toBe(1);
  expect(shell.told.at(-1)).toContain("is it benchd?");
  await new Promise((resolve) => server.close(resolve));
  expect(await press()).toBe(1);
  for (const remedy of [
    "NOTHING CONFIRMS A STOP",
    "button that cuts the power",
    "systemctl stop benchd",
    "benchd safe",
  ])
    expect(shell.told.at(-1)).toContain(remedy);
});
