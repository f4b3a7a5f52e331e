import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder with these files in it; a text that begins with `→` is a link. */
export function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "benchd-gpio-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (text.startsWith("→")) symlinkSync(text.slice(1), join(root, path));
    else writeFileSync(join(root, path), text);
  }
  return root;
}

const chip = (base: number, label: string, ngpio: number) => ({
  [`class/gpio/gpiochip${base}/label`]: `${label}\n`,
  [`class/gpio/gpiochip${base}/base`]: `${base}\n`,
  [`class/gpio/gpiochip${base}/ngpio`]: `${ngpio}\n`,
});

/** What /sys has looked like on a Pi, by its model and the version of its kernel; 0 and 569 are assumed. */
export const systems = {
  "Pi 3, 6.1": { base: 458, files: { ...chip(458, "pinctrl-bcm2835", 54), ...chip(450, "raspberrypi-exp-gpio", 8) } },
  "Pi 4, 6.1": { base: 0, files: { ...chip(0, "pinctrl-bcm2711", 58), ...chip(504, "raspberrypi-exp-gpio", 8) } },
  "Pi 4, 6.6": { base: 512, files: { ...chip(512, "pinctrl-bcm2711", 58), ...chip(570, "raspberrypi-exp-gpio", 8) } },
  "Pi 3, 6.12": { base: 512, files: { ...chip(512, "pinctrl-bcm2835", 54), ...chip(566, "raspberrypi-exp-gpio", 8) } },
  "Pi 5, 6.1": { base: 399, files: { ...chip(399, "pinctrl-rp1", 54), ...chip(453, "gpio-brcmstb@107d508500", 32) } },
  "Pi 5, 6.6": { base: 571, files: { ...chip(571, "pinctrl-rp1", 54), ...chip(512, "gpio-brcmstb@107d508500", 32) } },
  "Pi 5, 6.12": { base: 569, files: { ...chip(569, "pinctrl-rp1", 54), ...chip(512, "gpio-brcmstb@107d508500", 32) } },
} as const;
