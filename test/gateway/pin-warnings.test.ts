import { describe, expect, it } from "vitest";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { pinWarnings } from "../../src/gateway/pin-warnings.ts";

const warnings = (pins: string, before = "") =>
  pinWarnings(
    parseConfig(`${before}things: { relays: { driver: relays, gpio: ${pins} } }`, "/b.yaml"),
    openCatalogue(),
  );

describe("warnings of pins", () => {
  it.each([
    [0, "EEPROM of an add-on board"],
    [1, "EEPROM of an add-on board"],
    [2, "I2C bus"],
    [3, "pull-ups of 1.8 kΩ"],
    [14, "serial port"],
    [15, "raspi-config"],
  ])("tell what else is on GPIO%s", async (line, what) => {
    const found = await warnings(`{ pump_power_contact: ${line} }`);
    expect(found).toEqual([expect.stringContaining(what)]);
    expect(found[0]).toMatch(/^\/b\.yaml:1:\d+: .*relays\.pump_power_contact/);
  });

  // Safe: the pumps off, the vent on.
  it.each([
    ["{ pump_power: 5 }", "safe when GPIO5 is low, .* pulled up: add gpio=5=op,dl to config.txt"],
    ["{ pump_power: { line: 17, activeLow: true } }", "safe when GPIO17 is high, .* pulled down: add gpio=17=op,dh"],
    ["{ vent: 27 }", "safe when GPIO27 is high, .* pulled down: add gpio=27=op,dh"],
    ["{ vent: { line: 8, activeLow: true } }", "safe when GPIO8 is low, .* pulled up: add gpio=8=op,dl"],
  ])("tell of an output that is pulled to where it is not safe: %s", async (pins, told) => {
    expect(await warnings(pins)).toEqual([expect.stringMatching(told)]);
  });

  it("are silent about plain lines, outputs whose pull agrees, and chips that are no Pi's header", async () => {
    expect(await warnings("{ pump_power: 9, vent: 4, pump_power_contact: 5, lamp: 40 }")).toEqual([]);
    expect(await warnings("{ pump_power: { line: 8, activeLow: true }, vent: { line: 9, activeLow: true } }")).toEqual(
      [],
    );
    expect(await warnings("{ pump_power: 2 }", "gpio: { chip: pcf8574 }\n")).toEqual([]);
    expect(await warnings("{ pump_power: 2 }", "gpio: { chip: pinctrl-rp1 }\n")).toHaveLength(2);
  });
});
