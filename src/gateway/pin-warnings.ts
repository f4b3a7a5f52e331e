import { bootLevel, bootPull, headerLabels, otherUse } from "../transport/gpio-header.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Config } from "./config.ts";

/**
 * What is allowed on the header of a Raspberry Pi, and yet seldom meant: pins that have another use, and outputs that
 * their pull holds at the wrong level from power-on until benchd drives them. Each with its place in the file.
 */
export async function pinWarnings(config: Config, catalogue: Catalogue): Promise<readonly string[]> {
  const { chip } = config.gpio;
  if (chip !== undefined && !headerLabels.includes(chip)) return [];
  const warnings: string[] = [];
  for (const entry of config.things.values()) {
    const { outputs = {} } = await catalogue.definition(entry.driver);
    for (const [pin, { line, activeLow = false }] of Object.entries(entry.gpio)) {
      const warn = (message: string) => void warnings.push(`${entry.at("gpio", pin)}: ${message}`);
      const other = otherUse(line);
      if (other) warn(`${other}; a plain line would be better for ${entry.name}.${pin}`);
      const output = Object.hasOwn(outputs, pin) ? outputs[pin] : undefined;
      const pull = bootPull(line);
      if (!output || !pull) continue;
      const high = Boolean(output.safe) !== activeLow;
      if (high === (pull === "up")) continue;
      warn(
        `${entry.name}.${pin} is safe when GPIO${line} is ${high ? "high" : "low"}, but from power-on until benchd drives it the line is pulled ${pull}: add ${bootLevel(line, high)} to config.txt, or take a line that is pulled ${high ? "up (GPIO4 to 8)" : "down (GPIO9 to 27)"}`,
      );
    }
  }
  return warnings;
}
