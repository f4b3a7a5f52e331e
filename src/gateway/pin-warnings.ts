import type { OutputContract } from "../thing/affordance.ts";
import type { PinWiring } from "../transport/gpio.ts";
import { bootLevel, bootPull, headerLabels, otherUse } from "../transport/gpio-header.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Config } from "./config/config.ts";

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
    for (const [pin, wiring] of Object.entries(entry.gpio))
      for (const warning of warningsOf(`${entry.name}.${pin}`, wiring, own(outputs, pin)))
        warnings.push(`${entry.at("gpio", pin)}: ${warning}`);
  }
  return warnings;
}

/** As above for one pin, `pump.valve`, and its output, if it is one. */
export function warningsOf(
  pin: string,
  { line, activeLow = false }: PinWiring,
  output: OutputContract | undefined,
): readonly string[] {
  const other = otherUse(line);
  const warnings = other ? [`${other}; a plain line would be better for ${pin}`] : [];
  const pull = bootPull(line);
  if (!output || !pull) return warnings;
  const high = Boolean(output.safe) !== activeLow;
  if (high === (pull === "up")) return warnings;
  const level = high ? "high" : "low";
  const better = high ? "up (GPIO4 to 8)" : "down (GPIO9 to 27)";
  const danger = `${pin} is safe when GPIO${line} is ${level}, but from power-on until benchd drives it the line is pulled ${pull}`;
  return [
    ...warnings,
    `${danger}: add ${bootLevel(line, high)} to config.txt, or take a line that is pulled ${better}`,
  ];
}

const own = <T>(table: Readonly<Record<string, T>>, name: string) =>
  Object.hasOwn(table, name) ? table[name] : undefined;
