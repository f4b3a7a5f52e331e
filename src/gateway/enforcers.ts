import type { OutputContract, Table } from "../thing/affordance.ts";
import type { Enforcer } from "../thing/wiring.ts";
import type { GpioChip, PinWiring } from "../transport/gpio.ts";

/**
 * Who brings each output to its safe value when this process is killed: the device, where it has a dead-man; the wiring,
 * where the kernel then lets go of the line and its pull agrees with the safe value; a helper, where one is run and the
 * contract does not hold; else nobody, as far as can be known from here.
 */
export async function enforcers(
  outputs: Table<OutputContract>,
  pins: Readonly<Record<string, PinWiring>>,
  chip: Pick<GpioChip, "afterDeath"> | undefined,
  {
    deadMan = [],
    helper = false,
  }: { readonly deadMan?: readonly string[] | undefined; readonly helper?: boolean } = {},
): Promise<Table<Enforcer>> {
  const found = Object.entries(outputs).map(async ([name, { safe, onCrash }]): Promise<[string, Enforcer]> => {
    if (deadMan.includes(name)) return [name, "device"];
    const pin = Object.hasOwn(pins, name) ? pins[name] : undefined;
    // Where there is no chip yet, nothing is known of it.
    const after = pin && (await chip?.afterDeath(pin.line).catch(() => undefined));
    const safeLevel = Boolean(safe) === (pin?.activeLow ?? false) ? "low" : "high";
    if (after === safeLevel) return [name, "wiring"];
    return [name, helper && onCrash !== "hold" ? "helper" : "none"];
  });
  return Object.fromEntries(await Promise.all(found));
}
