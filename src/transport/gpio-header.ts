/** What is known of the chip behind a Raspberry Pi's header: by its label, for its number changes with the kernel. */
export const headerLabels: readonly string[] = ["pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"];

/** Lines that come out at the header. */
const headerLines = 28;

/** The pull of a line from power-on until something changes it; undefined for lines that are not on the header. */
export function bootPull(line: number): "up" | "down" | undefined {
  if (line >= headerLines) return undefined;
  return line <= 8 ? "up" : "down";
}

/** What else hangs on a line of the header, and what to mind when it is used; undefined for the plain ones. */
export function otherUse(line: number): string | undefined {
  if (line === 0 || line === 1)
    return "GPIO0 and GPIO1 belong to the EEPROM of an add-on board, and are driven at boot to read it";
  if (line === 2 || line === 3)
    return "GPIO2 and GPIO3 are the I2C bus and have pull-ups of 1.8 kΩ on the board, which no setting takes away";
  if (line === 14 || line === 15)
    return "GPIO14 and GPIO15 are the serial port, which talks there at boot and may be a console: switch it off in raspi-config";
  return undefined;
}

/** The line of config.txt that gives a pin its level from power-on until benchd drives it. */
export const bootLevel = (line: number, high: boolean): string => `gpio=${line}=op,${high ? "dh" : "dl"}`;

/** The line of config.txt that makes a pin an input with a pull. */
export const bootPullLine = (line: number, pull: "up" | "down" | "none"): string =>
  `gpio=${line}=ip,${{ up: "pu", down: "pd", none: "pn" }[pull]}`;
