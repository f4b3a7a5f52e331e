import { openThing } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/relays.ts";
import twin from "../../hardware-mocks/relays.ts";

const gpio = {
  pump_power: { line: 17 },
  pump_power_contact: { line: 5, activeLow: true, pull: "up" },
  vent: { line: 27 },
  lamp: { line: 22, activeLow: true },
} as const;

const openRelays = () => openThing({ definition, twin, gpio, config: { sensed: ["pump_power"] } });

test("relays open in their safe state, active low ones too", async () => {
  const { bench, twin: relays } = await openRelays();
  expect(["pump_power", "vent", "lamp"].map(relays.energised)).toEqual([false, true, false]);
  expect(await bench.read("thing", "vent")).toBe(true);
});

test("a relay is switched, and read back from its contact", async () => {
  const { bench, twin: relays } = await openRelays();
  await bench.write("thing", "pump_power", true);
  expect(relays.energised("pump_power")).toBe(true);
  expect(await bench.read("thing", "pump_power")).toBe(true);
});

test("a welded relay is told when it does not let go", async () => {
  const { bench, twin: relays } = await openRelays();
  await bench.write("thing", "pump_power", true);
  relays.weld("pump_power");
  await expect(bench.write("thing", "pump_power", false)).rejects.toThrow("welded or stuck");
  expect(await bench.read("thing", "pump_power")).toBe(true);
});

test("closing brings the relays to their safe state", async () => {
  const { bench, twin: relays } = await openRelays();
  await bench.write("thing", "pump_power", true);
  await bench.write("thing", "vent", false);
  await bench.close();
  expect(relays.energised("pump_power")).toBe(false);
});

test("who watches a relay is told when an emergency stop has switched it", async () => {
  const { bench } = await openRelays();
  const seen: unknown[] = [];
  bench.thing("thing").observe((news) => news.kind === "property" && seen.push([news.name, news.value]));
  await bench.write("thing", "pump_power", true);
  await bench.write("thing", "vent", false);
  await bench.write("thing", "lamp", true);
  seen.length = 0;
  await bench.thing("thing").emergency();
  await bench.clock.advance(1000);
  // The lamp is left as it is; the contact of the pump's relay needs a moment.
  expect(seen).toEqual([
    ["vent", true],
    ["pump_power", false],
  ]);
  await bench.close();
});
