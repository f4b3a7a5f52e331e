import { expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { PortMissingError } from "../../src/errors.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { enforcers } from "../../src/gateway/enforcers.ts";
import { Wires } from "../../src/gateway/wires.ts";
import type { AfterDeath } from "../../src/transport/gpio.ts";

const outputs = { heater: { safe: false }, brake: { safe: true }, motor: { safe: 0 } };
const pins = { heater: { line: 17 }, brake: { line: 18, activeLow: true } };
const after = (level: AfterDeath | undefined) => ({ afterDeath: async () => level });

it.each([
  ["low", { heater: "wiring", brake: "wiring", motor: "none" }],
  ["high", { heater: "none", brake: "none", motor: "none" }],
  ["kept", { heater: "none", brake: "none", motor: "none" }],
  [undefined, { heater: "none", brake: "none", motor: "none" }],
] as const)("the wiring keeps an output safe where the line falls to its safe level: %s", async (level, expected) => {
  expect(await enforcers(outputs, pins, after(level))).toEqual(expected);
});

it("nobody keeps it safe where there is no chip", async () => {
  const missing = {
    afterDeath: async () => {
      throw new PortMissingError("no chip");
    },
  };
  expect(await enforcers(outputs, pins, missing)).toEqual({ heater: "none", brake: "none", motor: "none" });
  expect(await enforcers(outputs, pins, undefined)).toEqual({ heater: "none", brake: "none", motor: "none" });
});

it("a device with a dead-man keeps its output safe, whatever the wiring", async () => {
  const expected = { heater: "none", brake: "none", motor: "device" };
  expect(await enforcers(outputs, pins, after("kept"), { deadMan: ["motor"] })).toEqual(expected);
  expect(await enforcers(outputs, {}, undefined, { deadMan: ["motor", "unknown"] })).toEqual(expected);
});

it("a helper sees to what nobody else does, unless that is to hold", async () => {
  const held = { ...outputs, motor: { safe: 0, onCrash: "hold" } } as const;
  expect(await enforcers(held, pins, after("low"), { helper: true })).toEqual({
    heater: "wiring",
    brake: "wiring",
    motor: "none",
  });
  expect(await enforcers(outputs, pins, after("kept"), { helper: true, deadMan: ["brake"] })).toEqual({
    heater: "helper",
    brake: "device",
    motor: "helper",
  });
});

it("a gateway that has a helper says so of its wires, and not on a simulated bench", async () => {
  const config = parseConfig(
    "things: { relays: { driver: relays, gpio: { pump_power: 5, vent: 16, lamp: 13 } } }",
    "b.yaml",
  );
  const entry = config.things.get("relays") ?? expect.unreachable();
  const catalogue = openCatalogue();
  const definition = await catalogue.definition("relays");
  const said = async (mock: boolean) =>
    (await new Wires({ config, catalogue, clock: new DiscreteClock(), mock, helper: true }).of(entry, definition))
      .enforcedBy;
  expect(await said(false)).toEqual({ pump_power: "helper", vent: "helper", lamp: "helper" });
  expect(await said(true)).toEqual({ pump_power: "none", vent: "none", lamp: "none" });
});
