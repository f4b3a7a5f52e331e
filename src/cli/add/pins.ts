import { InputError } from "../../errors.ts";
import type { Config } from "../../gateway/config/config.ts";
import { pinSchema } from "../../gateway/config/schema.ts";
import { warningsOf } from "../../gateway/pin-warnings.ts";
import { validator } from "../../schema.ts";
import type { AnyThing } from "../../thing/define.ts";
import type { PinWiring } from "../../transport/gpio.ts";
import type { Dialogue } from "./dialogue.ts";

interface Wanted {
  readonly pins: Iterable<string>;
  readonly definition: AnyThing;
  /** What is there already, so that no line is given away twice. */
  readonly config: Config | undefined;
}

/** How each pin is wired, as it is written; what `check` would warn of is told at once. */
export async function askPins(
  dialogue: Dialogue,
  { pins, definition, config }: Wanted,
): Promise<Record<string, PinWiring>> {
  const taken = new Map<number, string>();
  for (const { name, gpio } of config?.things.values() ?? [])
    for (const [pin, { line }] of Object.entries(gpio)) taken.set(line, `${name}.${pin}`);
  const wirings: Record<string, PinWiring> = {};
  for (const pin of pins) {
    const outputs = definition.outputs ?? {};
    const output = Object.hasOwn(outputs, pin) ? outputs[pin] : undefined;
    dialogue.say(
      output ? `${pin} is an output, safe when it is ${output.safe ? "on" : "off"}.` : `${pin} is an input.`,
    );
    const read = (text: string) => lineOf(text, taken);
    for (let accepted = false; !accepted; ) {
      const line = await dialogue.ask(`GPIO line of ${pin}, the BCM number?`, { read });
      const inverted = output
        ? "Does a low level switch it on, as on most relay boards?"
        : "Does a low level count as on?";
      const activeLow = await dialogue.confirm(inverted, "no");
      const pull = output ? "none" : await dialogue.choose("Pull: none, up or down?", ["none", "up", "down"], "none");
      const wiring: PinWiring = {
        line,
        ...(activeLow && { activeLow }),
        ...(pull !== "none" && { pull: pull as "up" }),
      };
      const warnings = warningsOf(pin, wiring, output);
      for (const warning of warnings) dialogue.say(`  warning: ${warning}`);
      accepted = warnings.length === 0 || (await dialogue.confirm("Take it all the same?", "no"));
      if (!accepted) continue;
      wirings[pin] = wiring;
      taken.set(line, pin);
    }
  }
  return wirings;
}

function lineOf(text: string, taken: ReadonlyMap<number, string>): number {
  const line = Number(text.replace(/^GPIO/i, ""));
  if (validator(pinSchema.properties.line).issues(line).length > 0)
    throw new InputError("that is no BCM number, 0 to 53: GPIO17 is 17, whatever pin of the header it comes out at");
  const holder = taken.get(line);
  if (holder !== undefined) throw new InputError(`GPIO line ${line} already belongs to ${holder}`);
  return line;
}
