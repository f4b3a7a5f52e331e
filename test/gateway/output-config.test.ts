import { Type } from "typebox";
import { expect, test } from "vitest";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { defineThing } from "../../src/thing/define.ts";
import { describeThing } from "../../src/thing/description.ts";
import { brokenPromises } from "../../src/thing/output-policies.ts";
import { openGateway } from "./fixture.ts";

const catalogue = openCatalogue();
const relays = "relays: { driver: relays, gpio: { pump_power: 5, vent: 16, lamp: 13 }, outputs: {RELAYS} }";
const psu = "psu: { driver: psu, serial: /dev/ttyUSB0, config: { maxVoltage: 15, maxCurrent: 3 }, outputs: {PSU} }";
const pump =
  "pump: { driver: syringe-pump, serial: /dev/ttyUSB1, config: { diameter: 26.59, syringeVolume: 60 }, outputs: {PUMP} }";

/** The mistakes in a bench whose outputs are set like that. */
async function mistakes({ relays: r = "{}", psu: p = "{}", pump: m = "{}", gpio = "" }): Promise<string> {
  const things = [relays.replace("{RELAYS}", r), psu.replace("{PSU}", p), pump.replace("{PUMP}", m)];
  const text = `${gpio}things:\n${things.map((thing) => `  ${thing}\n`).join("")}`;
  return checkBench(text, "b.yaml", catalogue, { mock: true }).then(
    () => "",
    (error: Error) => error.message,
  );
}

test("a bench may set policies and limits of outputs, and name what cuts them off", async () => {
  const heater = "{ output: { onStop: hold, maxOnMs: 60000, cutBy: relays.pump_power, afterMs: 2000, order: 1 } }";
  expect(await mistakes({ psu: heater, relays: "{ vent: { onCrash: hold, onLeaseLoss: hold } }" })).toBe("");
});

test.each([
  ["{ lmap: {} }", 'has no output "lmap"; did you mean "lamp"?'],
  ["{ lamp: { onstop: hold } }", 'there is no setting "onstop"'],
  ["{ lamp: { safe: true } }", 'there is no setting "safe"'],
  ["{ lamp: { onStop: keep } }", '"onStop" must be one of safe, hold'],
  ["{ lamp: { maxOnMs: 0 } }", '"maxOnMs" must be at least 1'],
  ["{ lamp: { cutBy: relays } }", '"cutBy" must be an output of another Thing, such as relays.pump_power'],
  ["{ lamp: { cutBy: rleays.lamp } }", 'there is no Thing "rleays"; did you mean "relays"?'],
  ["{ lamp: { cutBy: psu.putout } }", 'psu has no output "putout"; did you mean "output"?'],
  ["{ lamp: { cutBy: relays.lamp } }", "relays.lamp is cut by relays.lamp: nothing is left to cut them all"],
  ["{ lamp: { renewEveryMs: 500, onStop: hold } }", "nobody sets it again while it is held (onStop: hold)"],
  ["{ lamp: { renewEveryMs: 500, maxOnMs: 400 } }", "its maxOnMs, 400, is over before"],
  ["{ lamp: { maxOnMs: 39999, onStop: hold } }", "may be over before a restart has ended (40000 ms)"],
  ["{ lamp: { maxOnMs: 50000, onCrash: hold } }", "nobody counts its maxOnMs after a crash"],
  ["{ lamp: { onStart: hold } }", "nothing holds it before it is opened"],
])("what a bench cannot want of an output is refused, with what to do: %s", async (outputs, told) => {
  expect(await mistakes({ relays: outputs })).toContain(told);
});

test("a mistake is told where it stands", async () => {
  const text = `things:\n  ${relays.replace("{RELAYS}", "{ lamp: { renewEveryMs: 500, onStop: hold } }")}\n`;
  const column = text.split("\n")[1]?.indexOf("500") ?? 0;
  await expect(checkBench(text, "b.yaml", catalogue, { mock: true })).rejects.toThrow(`b.yaml:2:${column + 1}`);
});

test("circles of what cuts what are refused, and told once where each begins", async () => {
  const told = await mistakes({
    relays: "{ lamp: { cutBy: psu.output } }",
    psu: "{ output: { cutBy: pump.motor } }",
    pump: "{ motor: { cutBy: relays.lamp } }",
  });
  expect(told).toContain("relays.lamp is cut by psu.output is cut by pump.motor is cut by relays.lamp");
});

test("nobody promises what he cannot keep once the cable is lost", async () => {
  expect(await mistakes({ psu: "{ output: { onDisconnect: safe } }" })).toContain(
    "behind the cable that is lost nobody can make it safe: name what cuts its power",
  );
  expect(await mistakes({ psu: "{ output: { onDisconnect: safe, cutBy: relays.lamp } }" })).toBe("");
  // A pump in Safe mode stops by itself, and can be kept from that by nobody.
  expect(await mistakes({ pump: "{ motor: { onDisconnect: safe } }" })).toBe("");
  expect(await mistakes({ pump: "{ motor: { onDisconnect: hold } }" })).toContain("the device makes it safe by itself");
});

test("sysfs hands no line on", async () => {
  const wanted = { relays: "{ lamp: { onStop: hold } }", gpio: "gpio: { backend: sysfs }\n" };
  expect(await mistakes(wanted)).toContain('"backend: sysfs" cannot hand a line on');
});

test("a bench narrows what a driver allows, and does not widen it", async () => {
  const laser = defineThing({
    title: "Laser",
    config: Type.Object({}),
    outputs: { beam: { safe: false, maxOnMs: 1000 } },
    async open({ gpio }) {
      await gpio.output("beam");
      return {};
    },
  });
  const lasers = { ...catalogue, definition: async () => laser };
  const check = (ms: number) =>
    checkBench(
      `things: { laser: { driver: laser, gpio: { beam: 5 }, outputs: { beam: { maxOnMs: ${ms} } } } }`,
      "b.yaml",
      lasers,
      { mock: true },
    );
  await expect(check(1001)).rejects.toThrow("its driver allows no more than 1000 ms");
  await expect(check(999)).resolves.toBeDefined();
});

test("the Thing Description tells the whole contract, with what is done where nothing is said", async () => {
  const things = [
    relays.replace("{RELAYS}", "{ lamp: { onStop: hold, maxOnMs: 60000 } }"),
    psu.replace("{PSU}", "{}"),
    pump.replace("{PUMP}", "{}"),
  ];
  const { gateway, clock } = await openGateway(`things:\n${things.map((thing) => `  ${thing}\n`).join("")}`);
  const outputsOf = (name: string) => {
    const { definition, enforcedBy } = gateway.thing(name);
    return describeThing(definition, { enforcedBy })["benchd:outputs"];
  };
  const all = { onStart: "safe", onStop: "safe", onCrash: "safe", onDisconnect: "safe", onLeaseLoss: "safe" };
  expect(outputsOf("relays")?.["vent"]).toEqual({ safe: true, order: 1, ...all, enforcedBy: "none" });
  expect(outputsOf("relays")?.["lamp"]).toMatchObject({
    ...{ ...all, onStart: "hold", onStop: "hold", maxOnMs: 60_000 },
    onLeaseLoss: "hold",
  });
  // Behind a cable that may be lost, without anything that cuts it off, nobody can do anything.
  expect(outputsOf("psu")?.["output"]).toMatchObject({ ...all, onDisconnect: "hold" });
  expect(outputsOf("pump")?.["motor"]).toMatchObject({ ...all, enforcedBy: "device" });
  await clock.until(gateway.close());
});

test.each([
  ["pin", true, []],
  ["cable", true, ["emergency"]],
  ["cable", "keep", []],
  ["thing", false, []],
] as const)("behind a %s an emergency value of %s is told as what it is", (by, emergency, fields) => {
  const found = brokenPromises({ safe: false, emergency }, { by, deadMan: false });
  expect([...found].map(({ field }) => field)).toEqual(fields);
});
