import { expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { RealGpio } from "../../src/transport/gpio-real.ts";
import { systems, tree } from "./gpio-fixtures.ts";

const clock = new DiscreteClock();
const pull = { line: 17, pull: "up" } as const;

it("auto takes sysfs where there is no character device", async () => {
  const sysRoot = tree({ ...systems["Pi 3, 6.1"].files, "class/gpio/export": "" });
  const gpio = new RealGpio({ backend: "auto", chip: undefined, clock, devRoot: tree({ null: "" }), sysRoot });
  await expect(gpio.openInput(pull, "oven.door")).rejects.toThrow("sysfs sets no pulls");
  expect(await gpio.afterDeath(17)).toBe("kept");
});

it("auto takes the character device where there is one", async () => {
  const sysRoot = tree({ ...systems["Pi 3, 6.1"].files, "class/gpio/export": "" });
  const gpio = new RealGpio({ backend: "auto", chip: undefined, clock, devRoot: tree({ gpiochip0: "" }), sysRoot });
  await expect(gpio.openInput(pull, "oven.door")).rejects.toThrow("gpiochip0 is no GPIO chip");
});

it("F46 a machine without GPIO is told so, and may get it later", async () => {
  const devRoot = tree({ null: "" });
  const gpio = new RealGpio({ backend: "auto", chip: undefined, clock, devRoot, sysRoot: devRoot });
  await expect(gpio.openInput(pull, "oven.door")).rejects.toThrow(/this machine has no GPIO.*--mock/);
  await expect(gpio.openInput(pull, "oven.door")).rejects.toThrow(/this machine has no GPIO/);
});
