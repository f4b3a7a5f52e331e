import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { StorageError } from "../../src/errors.ts";
import type { SettingsStore } from "../../src/thing/settings.ts";
import { Thing } from "../../src/thing/thing.ts";
import { testScheduler } from "../invocation/fixture.ts";
import { steeredThing } from "./device.ts";

/** An open Thing, and what it has told and kept. */
async function openWith(keep: SettingsStore["write"]) {
  const { clock, scheduler } = testScheduler();
  const { device, definition } = steeredThing();
  const thing = new Thing({
    name: "pump",
    definition,
    config: {},
    uses: {},
    wiring: { pins: {} },
    clock,
    scheduler,
    settings: { read: () => ({}), write: keep },
    log: () => {},
    emergencyStop: () => {},
  });
  await clock.until(thing.open());
  const told: unknown[] = [];
  thing.observe((news) => news.kind === "property" && told.push(news.value));
  device.calls.length = 0;
  return { clock, device, thing, told };
}

const diskIsFull = async () => {
  throw new Error("ENOSPC: no space left on device");
};

test("a setting that cannot be kept is told as set, and its writer learns what is missing", async () => {
  const { clock, thing, told } = await openWith(diskIsFull);
  const write = clock.until(thing.write("gain", 3));
  await expect(write).rejects.toThrow(StorageError);
  await expect(write).rejects.toThrow("gain is set, but not kept for the next start: ENOSPC");
  expect(told).toEqual([3]);
});

test("a full disk stops no device", async () => {
  const { clock, device, thing } = await openWith(diskIsFull);
  device.act = () => sleep(10_000);
  const run = thing.invoke("act", undefined, { requestedBy: "ada" });
  await clock.advance(1);
  await clock.until(thing.write("gain", 3).catch(() => {}));
  expect([run.status, device.calls]).toEqual(["running", []]);
});

test("what is written to an earlier opening is neither told nor kept", async () => {
  const kept: unknown[] = [];
  const { clock, device, thing, told } = await openWith(async (_, property, value) => void kept.push(property, value));
  let written = () => {};
  device.write = () =>
    new Promise<void>((resolve) => {
      written = resolve;
    });
  const write = thing.write("gain", 7);
  write.catch(() => {});
  await clock.advance(1);
  await clock.until(thing.reset());
  written();
  await expect(clock.until(write)).rejects.toThrow();
  expect([told, kept, thing.state]).toEqual([[], [], "ready"]);
});
