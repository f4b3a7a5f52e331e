import { Type } from "typebox";
import { shield, sleep } from "../../src/ambient.ts";
import { DefinitionError } from "../../src/errors.ts";
import type { OutputContract } from "../../src/thing/affordance.ts";
import { defineThing } from "../../src/thing/define.ts";
import type { OutputPin } from "../../src/transport/gpio.ts";
import { defineTwin } from "../../src/twin/twin.ts";

/**
 * A Thing that drives its outputs, wired to the lines from `firstLine` on in their order, and whose hooks a test sets;
 * its twin shows the levels.
 */
export function relay(outputs: Readonly<Record<string, OutputContract>>, firstLine = 0) {
  const device = {
    stop: () => Promise.resolve(),
    safe: () => Promise.resolve(),
    /** What `safe` was told to leave as it is, at each call. */
    kept: [] as (readonly string[])[],
    fail: () => {},
    /** Its driver takes note of being made safe. */
    notes: true,
  };
  const names = Object.keys(outputs);
  const definition = defineThing({
    title: "Relay",
    config: Type.Object({}),
    outputs,
    actions: {
      put: { title: "Switch everything on or off", input: Type.Object({ on: Type.Boolean() }) },
      hold: { title: "Switch everything on, and hold it whatever comes", cancelGraceMs: 1000 },
    },
    async open({ gpio, spawn }) {
      const pins: OutputPin[] = [];
      for (const name of names) pins.push(await gpio.output(name));
      const safeOf = (at: number) => Boolean(outputs[names[at] ?? ""]?.safe);
      const put = (on: boolean) => {
        for (const pin of pins) pin.write(on);
      };
      spawn(
        () =>
          new Promise<void>((_, reject) => {
            device.fail = () => reject(new Error("the watch over it failed"));
          }),
      );
      return {
        invoke: {
          put: ({ on }) => put(on),
          hold() {
            put(true);
            return shield(() => sleep(60_000));
          },
        },
        stop: () => device.stop(),
        safe(kept) {
          device.kept.push(kept);
          if (device.notes)
            for (const [at, pin] of pins.entries()) if (!kept.includes(names[at] ?? "")) pin.write(safeOf(at));
          return device.safe();
        },
      };
    },
  });
  const lineOf = (name: string) => firstLine + names.indexOf(name);
  const gpio = Object.fromEntries(names.map((name) => [name, { line: lineOf(name) }]));
  const twin = defineTwin((context) => {
    const chip = context.gpio?.chip;
    if (!chip) throw new DefinitionError("a relay has outputs");
    return {
      chip,
      level: (name: string) => chip.level(lineOf(name)),
      watch: (name: string, changed: (level: boolean) => void) => chip.watchLevel(lineOf(name), changed),
      /** From now on every change of this line fails. */
      breakLine: (name: string) => {
        chip.watchLevel(lineOf(name), () => {
          throw new Error("EIO");
        });
      },
    };
  });
  return { device, definition, gpio, twin };
}
