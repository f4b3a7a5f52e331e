import { expect, it } from "vitest";
import { afterDeath } from "../../src/transport/gpio-after-death.ts";
import { tree } from "./gpio-fixtures.ts";

const parameter = (module: string, name: string, value: string) =>
  tree({ [`module/${module}/parameters/${name}`]: `${value}\n` });

it.each([
  ["pinctrl-bcm2711", parameter("pinctrl_bcm2835", "persist_gpio_outputs", "Y"), ["kept", "kept", "kept"]],
  ["pinctrl-bcm2711", parameter("pinctrl_bcm2835", "persist_gpio_outputs", "N"), ["high", "low", undefined]],
  ["pinctrl-rp1", parameter("pinctrl_rp1", "persist_gpio_outputs", "N"), ["high", "low", undefined]],
  ["pinctrl-rp1", parameter("pinctrl_bcm2835", "persist_gpio_outputs", "N"), [undefined, undefined, undefined]],
  ["pinctrl-bcm2835", parameter("pinctrl_bcm2835", "strict_gpiod", "Y"), ["high", "low", undefined]],
  ["pinctrl-bcm2835", parameter("pinctrl_bcm2835", "strict_gpiod", "N"), ["kept", "kept", "kept"]],
  ["pinctrl-bcm2835", "/nowhere", [undefined, undefined, undefined]],
])("an output of %s whose holder has died, case %#", async (label, sysRoot, expected) => {
  expect(await Promise.all([8, 9, 40].map((line) => afterDeath(label, line, sysRoot)))).toEqual(expected);
});
