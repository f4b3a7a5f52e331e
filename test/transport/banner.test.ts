import { expect, test } from "vitest";
import { DeviceResetError } from "../../src/errors.ts";
import { dialogue, say } from "./dialogue.ts";

const banner = { matches: (message: string) => message.startsWith("Grbl ") };

test("a device that says its banner while it is in use has been reset", async () => {
  const device = await dialogue({ banner });
  device.answer(() => say("Grbl 1.1h"));
  const asked = device.connection.request("G1").catch((error: unknown) => error);
  await device.clock.advance(100);
  await asked;
  expect(device.alarms[0]).toBeInstanceOf(DeviceResetError);
  expect(device.losses[0]).toBeInstanceOf(DeviceResetError);
});

test("a line without the banner is an ordinary answer", async () => {
  const device = await dialogue({ banner });
  expect(await device.clock.until(device.connection.request("G1"))).toBe("<G1>");
  expect(device.alarms).toEqual([]);
});
