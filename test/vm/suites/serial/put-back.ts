import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../time.ts";
import { becomes, gateway, outside, usable } from "./bench.ts";

/** The adapter comes back under another name, in another socket, or not at all: another one comes. */

const node = (name: string) => until(`there is ${name}`, () => existsSync(`/dev/${name}`));
const states = async () => (await gateway.states())["pump"] ?? { state: "unknown", reason: null };
const dose = async () => {
  const { status, error } = await gateway.invocation(await gateway.start("pump/dispense", { volume: 0.05 }), 30);
  assert.equal(status, "completed", error?.detail);
};
/** Commands that a stranger got: none may move anything. A name alone is a question. */
const moves = (commands: readonly string[]) => commands.filter((command) => /RUN|PUR|(VOL|RAT|DIA)./.test(command));

test("pulled out while nothing runs, it is missed within 1 s, and ready again when it is back", async (t) => {
  await outside.unplug("usb1");
  const { tookMs } = await becomes("pump", "disconnected");
  t.diagnostic(`missed after ${Math.round(tookMs)} ms`);
  assert.ok(tookMs <= 1000);
  await outside.plug("usb1", "pump");
  await usable("pump");
});

test("back as ttyUSB1, as another adapter has taken ttyUSB0, it is found by its identity, and only it is driven", async () => {
  await outside.unplug("usb1");
  await becomes("pump", "disconnected");
  await outside.plug("usb2", "stranger");
  await node("ttyUSB0");
  await outside.plug("usb1", "pump");
  await node("ttyUSB1");
  await usable("pump");
  await dose();
  assert.equal(await outside.received("usb2"), 0);
});

test("another adapter in its place is not even opened", async () => {
  await outside.unplug("usb1");
  await becomes("pump", "disconnected");
  await sleep(1500);
  const { state, reason } = await states();
  assert.equal(state, "disconnected");
  assert.match(reason ?? "", /BENCHD0001|disconnected/);
  assert.equal(await outside.received("usb2"), 0);
  await outside.unplug("usb2");
  await outside.plug("usb1", "pump");
  await usable("pump");
});

test("in another socket of the machine it is found by its identity", async () => {
  await outside.unplug("usb1");
  await becomes("pump", "disconnected");
  await outside.plug("usb3", "pump");
  await usable("pump");
  await dose();
  await outside.unplug("usb3");
  await becomes("pump", "disconnected");
  await outside.plug("usb1", "pump");
  await usable("pump");
});

test("another instrument behind the same adapter is refused and never driven; the right one is taken after a reset", async () => {
  await outside.unplug("usb1");
  await becomes("pump", "disconnected");
  await outside.plug("usb1", "stranger");
  await becomes("pump", "faulted");
  const { reason } = await states();
  assert.match(reason ?? "", /NE-500 answers where NE-1000 was/);
  assert.equal((await gateway.request("pump/dispense", { method: "POST" })).ok, false);
  const { commands, prompt } = await outside.look("stranger");
  assert.deepEqual(moves(commands), []);
  assert.equal(prompt, "S");
  await outside.unplug("usb1");
  await until("the node is gone", () => !existsSync("/dev/ttyUSB0"));
  await outside.plug("usb1", "pump");
  await node("ttyUSB0");
  assert.equal((await gateway.request("pump/quarantine", { method: "DELETE" })).status, 200);
  await becomes("pump", "ready");
});

test("pulled out while it is being opened, it is opened when it is back", async () => {
  await outside.unplug("usb1");
  await becomes("pump", "disconnected");
  await outside.delay("pump", 400, 20);
  await outside.plug("usb1", "pump");
  await becomes("pump", "opening");
  await sleep(300);
  await outside.unplug("usb1");
  await becomes("pump", "disconnected");
  await outside.heal("pump");
  await outside.plug("usb1", "pump");
  await usable("pump");
  await dose();
});
