import { acknowledgeCancel, DeviceFaultError, defineThing, log, shield, sleep, Type } from "../../../src/driver.ts";
import { DefinitionError } from "../../../src/errors.ts";
import { defineTwin } from "../../../src/twin/twin.ts";

/** A Thing with a heater on a pin, and a level that a test sets. */
export function vessel(line: number) {
  const device = {
    level: 0 as unknown,
    /** Readings fail that often. */
    deaf: 0,
    readings: 0,
    target: 0,
    /** What it has done. */
    done: [] as string[],
    fail: () => {},
  };
  const definition = defineThing({
    title: "Vessel",
    config: Type.Object({}),
    outputs: { heater: { safe: false } },
    properties: {
      level: { title: "Level", schema: Type.Unknown(), readOnly: true },
      on: { title: "It heats", schema: Type.Boolean(), drives: "heater" },
      target: { title: "Target", schema: Type.Number(), concurrent: true },
    },
    actions: {
      fill: {
        title: "Fill",
        input: Type.Object({ seconds: Type.Number() }),
        output: Type.Object({ volume: Type.Number() }),
      },
      fail: { title: "Fail" },
      bug: { title: "Fail as nobody has foreseen" },
      hang: { title: "Hear nothing, for ever", cancelGraceMs: 1000 },
      insist: { title: "Go on to its end, whoever cancels" },
      mute: { title: "Hear no answer to an order" },
      blink: { title: "Blink, beside all else", lane: false },
      look: { title: "Change nothing", safe: true },
    },
    async open({ gpio, spawn }) {
      const pin = await gpio.output("heater");
      spawn(
        () =>
          new Promise<void>((_, reject) => {
            device.fail = () => reject(new DeviceFaultError("it smokes"));
          }),
      );
      return {
        read: {
          on: () => pin.read(),
          target: () => device.target,
          level() {
            device.readings++;
            if (device.deaf > 0) {
              device.deaf--;
              throw new DeviceFaultError("it does not hear");
            }
            return device.level;
          },
        },
        write: {
          on: (on) => pin.write(on),
          target(target) {
            device.target = target;
          },
        },
        invoke: {
          async fill({ seconds }) {
            device.done.push(`fill ${seconds}`);
            try {
              await sleep(seconds * 1000);
              device.done.push(`filled ${seconds}`);
            } catch (error) {
              await shield(() => sleep(500));
              device.done.push(`closed ${seconds}`);
              throw error;
            }
            return { volume: seconds };
          },
          fail() {
            throw new DeviceFaultError("the valve sticks");
          },
          bug() {
            throw new TypeError("undefined is no function");
          },
          hang: () => new Promise<void>(() => {}),
          mute() {
            throw new DeviceFaultError("no answer to the order", { outcome: "unknown" });
          },
          async insist() {
            await shield(() => sleep(3000));
            acknowledgeCancel();
          },
          blink: () => log("blinked"),
          look: () => log("looked"),
        },
        stop() {
          device.done.push("stop");
        },
        safe() {
          device.done.push("safe");
          pin.write(false);
        },
      };
    },
  });
  const twin = defineTwin((context) => {
    const chip = context.gpio?.chip;
    if (!chip) throw new DefinitionError("a vessel has a heater");
    return { chip, heats: () => chip.level(line) };
  });
  return { device, definition, twin, gpio: { heater: { line } } };
}
