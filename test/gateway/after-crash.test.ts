import { expect, test } from "vitest";
import scpi from "../../drivers/scpi.ts";
import supplyTwin from "../../hardware-mocks/psu.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { afterCrash, type MadeSafe } from "../../src/gateway/after-crash.ts";
import type { Catalogue } from "../../src/gateway/catalogue.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import type { OutputContract } from "../../src/thing/affordance.ts";
import type { AnyThing } from "../../src/thing/define.ts";
import type { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";
import type { Twin, TwinContext } from "../../src/twin/twin.ts";
import { boiler } from "./boiler.ts";
import { relay } from "./relay.ts";

interface Placed {
  readonly definition: AnyThing;
  readonly twin: (context: TwinContext) => Twin;
}

/** What a crash has left behind, and what the helper makes of it. */
async function helped(
  placed: Readonly<Record<string, Placed>>,
  { entries, crashed }: { entries: string; crashed?: (chip: SimulatedGpioChip, clock: DiscreteClock) => void },
) {
  const clock = new DiscreteClock();
  let chip: SimulatedGpioChip | undefined;
  const found = (name: string) => placed[name] ?? expect.unreachable(name);
  const catalogue: Catalogue = {
    names: async () => Object.keys(placed),
    definition: async (name) => found(name).definition,
    twin: async (name) => (context) => {
      if (!chip && context.gpio) {
        chip = context.gpio.chip;
        crashed?.(chip, clock);
      }
      return found(name).twin(context);
    },
  };
  const reports: (MadeSafe & { readonly at: number })[] = [];
  const confirmed = await clock.until(
    afterCrash({
      config: parseConfig(`things:\n${entries}`, "test.yaml"),
      catalogue,
      clock,
      mock: true,
      timeoutMs: 5000,
      made: (report) => reports.push({ ...report, at: clock.now() }),
    }),
  );
  const of = (thing: string) => reports.filter((one) => one.thing === thing);
  return { confirmed, reports, of, chip: chip ?? expect.unreachable("no pins"), tookMs: clock.now() };
}

const outputs = {
  heater: { safe: false },
  vent: { safe: true },
  lamp: { safe: false, onCrash: "hold" },
} as const satisfies Record<string, OutputContract>;

test.each([[false], [true]])(
  "F47 every pin goes to its safe level against its pull, active low: %s",
  async (activeLow) => {
    const levels: Record<number, boolean[]> = { 0: [], 1: [], 2: [] };
    const { confirmed, reports, chip } = await helped(
      { relay: relay(outputs) },
      {
        entries: `  relay: { driver: relay, gpio: { ${["heater", "vent", "lamp"].map((name, line) => `${name}: { line: ${line}, activeLow: ${activeLow} }`).join(", ")} } }\n`,
        crashed: (world) => {
          for (const line of [0, 1, 2]) {
            // The level that is not safe.
            world.drive(line, (line !== 1) !== activeLow);
            world.watchLevel(line, (level) => levels[line]?.push(level));
          }
        },
      },
    );
    expect([confirmed, reports]).toMatchObject([
      true,
      [{ thing: "relay", safe: ["heater", "vent"], held: ["lamp"], failure: undefined }],
    ]);
    // Driven to what is safe, and let go, where this pull has it again; nobody has touched the lamp.
    expect(levels).toEqual({ 0: [activeLow, !activeLow], 1: [!activeLow, activeLow], 2: [] });
    expect(chip.writes(2)).toBe(0);
  },
);

const both =
  "  boiler: { driver: boiler, outputs: { element: { cutBy: relay.lamp } } }\n  relay: { driver: relay, gpio: { heater: 0, vent: 1, lamp: 2 } }\n";

test("a device is opened for nothing but its `safe`: what the driver would begin does not begin", async () => {
  const one = boiler();
  one.state.on = true;
  const begun: string[] = [];
  const definition: AnyThing = {
    ...one.definition,
    async open(context) {
      context.spawn(async () => void begun.push("spawned"));
      const handlers = await one.definition.open(context as Parameters<typeof one.definition.open>[0]);
      const told = (what: string) => async () => void begun.push(what);
      return { ...handlers, write: { on: told("write") }, stop: told("stop"), close: told("close") };
    },
  };
  const { confirmed, of } = await helped({ boiler: { ...one, definition }, relay: relay(outputs) }, { entries: both });
  expect([confirmed, one.state.on, begun]).toEqual([true, false, []]);
  expect(of("boiler")).toMatchObject([{ safe: ["element"] }]);
});

test("a device that does not answer is told of in time, keeps nobody waiting, and is cut off by what would hold", async () => {
  const one = boiler();
  const mute = {
    ...one,
    twin: (context: TwinContext) => {
      const twin = one.twin(context);
      twin.silence();
      return twin;
    },
  };
  const { confirmed, of, chip, tookMs } = await helped({ boiler: mute, relay: relay(outputs) }, { entries: both });
  expect(confirmed).toBe(false);
  expect(of("boiler")).toMatchObject([{ failure: expect.any(String) }]);
  expect(of("relay")).toMatchObject([
    { safe: ["heater", "vent"], held: ["lamp"], at: 0 },
    { safe: ["lamp"], held: [] },
  ]);
  expect(chip.writes(2)).toBe(1);
  expect(tookMs).toBeLessThanOrEqual(6000);
});

test("a device that refuses is not confirmed, nor is one whose driver has no `safe`", async () => {
  const stubborn = boiler();
  stubborn.state.obeys = false;
  const { confirmed, of } = await helped({ boiler: stubborn, relay: relay(outputs) }, { entries: both });
  expect([confirmed, of("boiler")]).toMatchObject([false, [{ failure: "it does not obey" }]]);
  const plain = boiler();
  const definition: AnyThing = {
    ...plain.definition,
    async open(context) {
      const opened = await plain.definition.open(context as Parameters<typeof plain.definition.open>[0]);
      return { read: opened.read, invoke: opened.invoke, write: { on: async () => {} } };
    },
  };
  const again = await helped({ boiler: { ...plain, definition }, relay: relay(outputs) }, { entries: both });
  expect(again.of("boiler")).toMatchObject([{ failure: "its driver has no `safe`" }]);
});

test("a line that the dying process still has is waited for, and one that somebody keeps is told", async () => {
  for (const keeps of [false, true]) {
    const { confirmed, of } = await helped(
      { relay: relay(outputs) },
      {
        entries: "  relay: { driver: relay, gpio: { heater: 0, vent: 1, lamp: 2 } }\n",
        crashed: (chip, clock) => {
          void chip.openOutput({ line: 0 }, "benchd:old", true).then((line) => {
            if (!keeps) clock.after(700, () => line.release());
          });
        },
      },
    );
    expect(confirmed).toBe(!keeps);
    if (keeps) expect(of("relay")[0]?.failure).toContain("is held by benchd:old");
    else expect(of("relay")[0]?.at).toBeGreaterThanOrEqual(700);
  }
});

test("an instrument that somebody has taken to its keys is taken back to be made safe", async () => {
  const supplies = { supply: { definition: scpi, twin: supplyTwin } };
  const config =
    '{ onOpen: ["SYST:REM"], safe: ["OUTP OFF"], properties: { on: { query: "OUTP?", set: "OUTP {value}", type: boolean } } }';
  const { of } = await helped(
    { ...supplies, relay: relay(outputs) },
    {
      entries: `  supply: { driver: supply, config: ${config} }\n  relay: { driver: relay, gpio: { heater: 0, vent: 1, lamp: 2 } }\n`,
    },
  );
  expect(of("supply")).toMatchObject([{ safe: ["output"], failure: undefined }]);
});

test("a driver that never settles has its time, and no more", async () => {
  const one = boiler();
  const definition: AnyThing = { ...one.definition, open: () => new Promise(() => {}) };
  const { of, tookMs } = await helped({ boiler: { ...one, definition }, relay: relay(outputs) }, { entries: both });
  expect(of("boiler")).toMatchObject([{ failure: "no answer within 5 s" }]);
  expect(tookMs).toBeLessThanOrEqual(6000);
});

test("outputs go in their turn, and time that they wait for is no time that they need", async () => {
  const levels: [number, boolean][] = [];
  const { confirmed, of } = await helped(
    { relay: relay({ pump: { safe: false }, valve: { safe: false, afterMs: 8000 } }) },
    {
      entries: "  relay: { driver: relay, gpio: { pump: 0, valve: 1 } }\n",
      crashed: (chip) => {
        for (const line of [0, 1]) {
          chip.drive(line, true);
          chip.watchLevel(line, (level) => level || levels.push([line, level]));
        }
      },
    },
  );
  expect([confirmed, levels, of("relay")[0]?.at]).toEqual([
    true,
    [
      [0, false],
      [1, false],
    ],
    8000,
  ]);
});
