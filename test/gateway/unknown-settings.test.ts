import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { StorageError } from "../../src/errors.ts";
import { temporaryFolder } from "../journal/fixture.ts";
import { openGateway } from "./fixture.ts";

/** A counter that was given a setting, and is opened again while another program has the history for itself. */
async function withoutSettings() {
  const stateDirectory = temporaryFolder();
  const yaml = `stateDirectory: ${stateDirectory}\nhistory: { whenFull: run }\nthings: { counter: { driver: counter } }`;
  const before = await openGateway(yaml);
  await before.clock.until(before.gateway.thing("counter").write("gain", 7));
  await before.clock.until(before.gateway.close());
  const backup = new Sqlite(join(stateDirectory, "history.db"));
  onTestFinished(() => void backup.close());
  backup.exec("BEGIN IMMEDIATE");
  const opened = await openGateway(yaml);
  const counter = opened.gateway.thing("counter");
  onTestFinished(() => opened.clock.until(opened.gateway.close()));
  const recover = async () => {
    backup.exec("ROLLBACK");
    await opened.processClock.advance(2000);
    await opened.clock.advance(1000);
  };
  return { ...opened, counter, recover, gain: () => opened.clock.until(counter.read("gain")) };
}

const by = { requestedBy: "ada" };

test("F37 what has settings does not work without them, whatever else may: it can be read and stopped", async () => {
  const { counter, gateway, clock, gain, logged } = await withoutSettings();
  expect(logged.join("\n")).toContain("the settings of counter cannot be read");
  expect(() => counter.invoke("noop", {}, by)).toThrow(StorageError);
  await expect(clock.until(counter.write("counter", 3))).rejects.toThrow(/the settings of counter cannot be read/);
  expect(await gain()).toBe(1);
  expect(await clock.until(gateway.emergencyStop.trip("ada"))).toMatchObject({
    things: { counter: { confirmed: true } },
  });
});

test("F37 once its settings can be read, a Thing is opened again with them, and works", async () => {
  const { counter, clock, gain, recover } = await withoutSettings();
  await recover();
  expect(await gain()).toBe(7);
  const { ended } = counter.invoke("noop", {}, by);
  await clock.until(ended);
});
