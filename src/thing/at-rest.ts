import { bounded } from "../bounded.ts";
import type { Clock } from "../clock.ts";
import { DefinitionError, DeviceFaultError } from "../errors.ts";
import type { Rest } from "../invocation/lane-owner.ts";
import type { PropertyAffordance, Table } from "./affordance.ts";
import type { AnyHandle } from "./handle.ts";
import type { Outputs } from "./outputs.ts";
import type { Safety } from "./safety.ts";

/** How long a device has to confirm it; bench time. */
const confirmMs = 2000;

type Levels = Map<string, boolean | number>;

interface Parts {
  readonly thing: {
    readonly name: string;
    readonly definition: { readonly properties?: Table<PropertyAffordance> };
    readonly handle: Pick<AnyHandle, "read" | "write">;
    readonly safety: Pick<Safety, "makeSafe" | "unconfirmed" | "afterMs">;
  };
  readonly outputs: Outputs;
  readonly clock: Clock;
}

/**
 * Bring the outputs of a Thing to rest while somebody is asked, and keep them there: to their safe values, or where `idle`
 * wants them. None is brought away from its safe value. Resolves when that is confirmed, with how to let go of them, which
 * brings none of them anywhere; rejects when it is not confirmed.
 */
export async function bringToRest(parts: Parts, idle: Rest, why: string): Promise<() => void> {
  const { thing, outputs, clock } = parts;
  const { name, safety } = thing;
  const levels = levelsOf(outputs, idle);
  if (levels.size === 0) return () => {};
  const letGo = outputs.rests.hold(levels, why);
  try {
    await bounded(clock, confirmMs + safety.afterMs, bring(parts, levels));
    return letGo;
  } catch (cause) {
    letGo();
    if (cause instanceof DefinitionError) throw cause;
    safety.unconfirmed(cause, [...levels.keys()]);
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceFaultError(`the outputs of ${name} have not come to rest: ${message}`, { cause });
  }
}

/** Those that do not stay as they are. */
function levelsOf({ contracts }: Outputs, idle: Rest): Levels {
  const entries = Object.entries(contracts).flatMap(([name, { safe }]): [string, boolean | number][] => {
    const level = Object.hasOwn(idle, name) ? idle[name] : undefined;
    return level === "keep" ? [] : [[name, level ?? safe]];
  });
  return new Map(entries);
}

async function bring(parts: Parts, levels: Levels): Promise<void> {
  const { outputs } = parts;
  const { safety } = parts.thing;
  const elsewhere = [...levels].filter(([name, level]) => Number(level) !== Number(outputs.contracts[name]?.safe));
  // One that an interlock has brought to safe stays there, as all that are safe.
  const brought = elsewhere.map(([name, level]) => bringOne(parts, levels, name, level));
  const kept = Object.keys(outputs.contracts).filter((name) => !levels.has(name));
  const left = [...kept, ...elsewhere.map(([name]) => name)];
  const safe = left.length < Object.keys(outputs.contracts).length ? safety.makeSafe(left) : undefined;
  const failed = (await Promise.allSettled([...brought, safe])).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** Unless it is at its safe value, or nearer to that: then it stays where it is. */
async function bringOne(
  { thing, outputs }: Parts,
  levels: Levels,
  name: string,
  level: boolean | number,
): Promise<void> {
  if (outputs.isPin(name)) {
    if (outputs.isAway(name)) outputs.drive([name], () => level);
    else levels.set(name, Boolean(outputs.contracts[name]?.safe));
    return;
  }
  const { properties = {} } = thing.definition;
  const driving = Object.keys(properties).find((one) => properties[one]?.drives === name);
  if (driving !== undefined) {
    // Its driver may have raised it without telling anybody.
    const value = await thing.handle.read[driving]?.();
    if (isNearer(outputs.contracts[name]?.safe, value, level)) levels.set(name, value);
    else await thing.handle.write[driving]?.(level);
    return;
  }
  throw new DefinitionError(
    `${name} of ${thing.name} is no pin, and no property drives it: at rest it can be safe, or kept as it is`,
  );
}

/** Whether the one value is nearer to the safe one than the other. */
function isNearer(safe: unknown, one: unknown, other: boolean | number): one is boolean | number {
  const awayBy = (value: unknown) => Math.abs(Number(value) - Number(safe));
  return (typeof one === "number" || typeof one === "boolean") && awayBy(one) < awayBy(other);
}
