import type { LogLevel } from "../context.ts";
import type { OutputContract, Table } from "../thing/affordance.ts";
import type { AnyThing } from "../thing/define.ts";
import { type OutputReach, settle } from "../thing/output-policies.ts";
import type { Thing } from "../thing/thing.ts";
import type { OutputSettings, ThingConfig } from "./config/config.ts";

/** An output that another one names, `relays.pump_power`, in its parts. */
export function partsOf(output: string): readonly [thing: string, output: string] {
  const [thing = "", name = ""] = output.split(".");
  return [thing, name];
}

/** How an output is reached. `filled` is the driver's configuration. */
export function reachOf(entry: ThingConfig, definition: AnyThing, filled: object, output: string): OutputReach {
  const deadMan = definition.deadMan?.(filled).includes(output) ?? false;
  if (Object.hasOwn(entry.gpio, output)) return { by: "pin", deadMan };
  const wired = entry.serial !== undefined || entry.bus !== undefined;
  return { by: !wired && Object.keys(entry.uses).length > 0 ? "thing" : "cable", deadMan };
}

/** A contract as this bench has it. */
export const asWanted = (contract: OutputContract, settings: OutputSettings | undefined): OutputContract => ({
  ...contract,
  ...settings,
});

/** `definition` with its outputs as this bench has them, and all that they leave out filled in. */
export function withOutputs(definition: AnyThing, entry: ThingConfig, filled: object): AnyThing {
  if (!definition.outputs) return definition;
  const wanted = Object.entries<OutputContract>(definition.outputs).map(([name, contract]) => [
    name,
    settle(asWanted(contract, entry.outputs[name]), reachOf(entry, definition, filled, name)),
  ]);
  return { ...definition, outputs: Object.fromEntries(wanted) as Table<OutputContract> };
}

/** Make the output `relays.pump_power` safe, which cuts another one off: nobody knows whether that is safe. */
export function cut(
  things: ReadonlyMap<string, Pick<Thing, "safety">>,
  output: string,
  why: string,
  log: (level: LogLevel, message: string) => void,
): void {
  const [name, its] = partsOf(output);
  log("error", `${output} is made safe, as it cuts off what nobody knows to be safe (${why})`);
  things
    .get(name)
    ?.safety.makeOneSafe(its)
    .catch((error: unknown) => log("error", `${output} has not confirmed to be safe: ${error}`));
}
