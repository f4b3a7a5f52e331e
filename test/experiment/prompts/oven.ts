import { ask, background, defineThing, sleep, Type } from "../../../src/driver.ts";
import { defineTwin } from "../../../src/testing/index.ts";

/** What its driver's `safe` does, as a test wants it. */
export const device = { safe: (): unknown => undefined, told: [] as (readonly string[])[] };

const Speed = Type.Number({ minimum: 0, maximum: 500, unit: "1/min" });

/** Something with a lamp and a heater at pins, and a stirrer that a property drives; all on before it asks. */
export const oven = defineThing({
  title: "Oven",
  config: Type.Object({}),
  outputs: { lamp: { safe: false, emergency: true }, heat: { safe: false }, stirrer: { safe: 0 }, hidden: { safe: 0 } },
  properties: {
    target: { title: "Target", schema: Type.Union([Type.Number(), Type.Null()]), drives: "heat", concurrent: true },
    speed: { title: "Speed", schema: Speed, drives: "stirrer", concurrent: true, maxAgeMs: 0 },
  },
  actions: {
    bake: { title: "All on, then ask" },
    glow: { title: "The same, and the lamp stays on", idle: { lamp: "keep", stirrer: 60 } },
    look: { title: "Ask with the light on", idle: { lamp: true } },
    slow: { title: "Ask while it is stirred slowly", idle: { stirrer: 60 } },
    cold: { title: "Ask, with nothing on", idle: { lamp: true, stirrer: 60 } },
    impossible: { title: "What is no pin and no property's", idle: { hidden: 1 } },
    beside: { title: "Ask beside the lane", lane: false },
    relapse: { title: "Switch on while it asks", idle: { heat: true } },
    both: { title: "Ask twice at once" },
  },
  async open({ gpio, output }) {
    const [lamp, heat] = [await gpio.output("lamp"), await gpio.output("heat")];
    const hidden = output("hidden");
    let speed = 0;
    const on = () => {
      lamp.write(true);
      heat.write(true);
      speed = 300;
    };
    const asks = async (message = "Take the tray out") => void (await ask({ message }));
    return {
      read: { speed: () => speed, target: () => (heat.read() ? 1 : null) },
      write: {
        // As one that regulates: what raises it comes later.
        target: (wanted) => {
          if (wanted === null) heat.write(false);
        },
        speed(wanted) {
          speed = wanted;
        },
      },
      invoke: {
        async bake() {
          on();
          await asks();
          await sleep(1000);
          heat.write(true);
          await sleep(1000);
        },
        async glow() {
          on();
          await asks();
        },
        async look() {
          on();
          await asks();
        },
        async slow() {
          speed = 30;
          await asks();
        },
        cold: () => asks(),
        async impossible() {
          hidden.set(3);
          await asks();
        },
        beside: () => asks(),
        async relapse() {
          background(async () => {
            await sleep(1000);
            heat.write(true);
          });
          await asks();
        },
        async both() {
          on();
          background(() => asks("Left"));
          await asks("Right");
          await sleep(1000);
        },
      },
      safe(kept) {
        device.told.push(kept);
        if (!kept.includes("stirrer")) speed = 0;
        return device.safe() as Promise<void>;
      },
    };
  },
});

/** Asks while it holds an oven, or has it ask. */
export const baker = defineThing({
  title: "Baker",
  config: Type.Object({}),
  uses: { oven },
  actions: {
    ask: { title: "Ask", reserves: ["oven"] },
    kept: {
      title: "Ask, with the lamp as it is",
      reserves: ["oven"],
      idle: { "oven.lamp": "keep", "oven.stirrer": 30 },
    },
    bake: { title: "Have it glow", reserves: ["oven"], idle: { "oven.heat": "keep", "oven.stirrer": 30 } },
    aside: { title: "Ask without holding it" },
  },
  async open({ things }) {
    const asks = async () => void (await ask({ message: "Ready?" }));
    return {
      invoke: {
        ask: asks,
        kept: asks,
        bake: () => things.oven.invoke.glow(),
        aside: asks,
      },
    };
  },
});

/** Shows the levels. */
const ovenTwin = defineTwin((context) => {
  const chip = context.gpio?.chip;
  if (!chip) throw new TypeError("an oven has pins");
  return {
    chip,
    get levels() {
      return [chip.level(1), chip.level(2)];
    },
  };
});

export const wired = { definition: oven, twin: ovenTwin, gpio: { lamp: { line: 1 }, heat: { line: 2 } } };
