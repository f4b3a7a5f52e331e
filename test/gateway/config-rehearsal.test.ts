import { defineThing, now, sleep, Type } from "benchd/driver";
import { expect, test } from "vitest";
import { rehearse } from "../../src/gateway/config/rehearsal.ts";
import type { AnyThing } from "../../src/thing/define.ts";

type Open = AnyThing["open"];

const used = defineThing({
  title: "Probe",
  config: Type.Object({}),
  properties: { ready: { title: "Ready", schema: Type.Boolean(), readOnly: true } },
  open: async () => ({ read: { ready: () => true } }),
});

const settings = { baudRate: 9600, codec: { encode: () => new Uint8Array(), decoder: () => ({ push() {} }) } };

const driver = (open: Open): AnyThing =>
  defineThing({ title: "Driver", config: Type.Object({}), uses: { probe: used }, open: open as never });

const outcomes: readonly [string, Open, { pins?: readonly string[]; complete: boolean; baudRate?: number }][] = [
  ["opens pins", async ({ gpio }) => pinned(gpio, "a"), { pins: ["a"], complete: true }],
  [
    "lets its device start before it opens a pin",
    async ({ gpio }) => {
      await sleep(900);
      return pinned(gpio, "late");
    },
    { pins: ["late"], complete: true },
  ],
  [
    "asks a slot",
    async ({ gpio, things }) => {
      await pinned(gpio, "a");
      await things["probe"]?.read["ready"]?.();
      return pinned(gpio, "b");
    },
    { pins: ["a"], complete: false },
  ],
  [
    "polls a pin until it is high",
    async ({ gpio }) => {
      const pin = await gpio.input("a");
      while (!pin.read()) await sleep(0);
      return {};
    },
    { pins: ["a"], complete: false },
  ],
  [
    "gives a pin time",
    async ({ gpio }) => {
      const pin = await gpio.input("a");
      for (const end = now() + 500; now() < end && !pin.read(); ) await sleep(100);
      return pinned(gpio, "b");
    },
    { pins: ["a", "b"], complete: true },
  ],
  ["waits longer than any should", () => sleep(1001).then(() => ({})), { complete: false }],
  ["never comes to its end", () => new Promise(() => {}), { complete: false }],
  ["fails", () => Promise.reject(new Error("no")), { complete: false }],
  [
    "opens a port",
    ({ serial }) => serial.open(settings as never).then(() => ({})),
    { complete: false, baudRate: 9600 },
  ],
];

async function pinned(gpio: Parameters<Open>[0]["gpio"], name: string) {
  await gpio.output(name);
  return {};
}

test.each(outcomes)("a driver that %s is rehearsed without waiting", async (_, open, wanted) => {
  const began = performance.now();
  const { pins, complete, line } = await rehearse(driver(open), {});
  expect({ pins: [...pins], complete, baudRate: line?.baudRate }).toEqual({ pins: [], baudRate: undefined, ...wanted });
  expect(performance.now() - began).toBeLessThan(1000);
});
