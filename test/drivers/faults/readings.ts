import { expect } from "vitest";
import type { Subject } from "./subject.ts";
import { codesOf, Trial } from "./trial.ts";

/** What a reading came to: what was read, or why it was not. */
export type Reading = { readonly value: unknown } | { readonly failed: readonly string[] };

const readable = ({ contract, definition }: Subject) =>
  Object.keys(definition.properties ?? {}).filter(
    (name) => ![...(contract.unreadable ?? []), ...(contract.trials?.unsteady ?? [])].includes(name),
  );

/** Read properties in that order, side by side. */
export async function readings(
  trial: Trial,
  names = readable(trial.subject),
): Promise<Readonly<Record<string, Reading>>> {
  const thing = trial.bench.thing(trial.subject.contract.thing);
  const read = (name: string): Promise<Reading> =>
    thing.read(name).then(
      (value) => ({ value }),
      (error) => ({ failed: codesOf(error) }),
    );
  const all = names.map(async (name) => [name, await read(name)] as const);
  return Object.fromEntries(await trial.bench.clock.until(Promise.all(all)));
}

/** Within a fifth: what is measured swings and drifts, but it does not become something else. */
export const alike = (value: unknown): unknown => {
  if (typeof value === "number") return expect.closeTo(value, -Math.log10(Math.max(0.2, 0.4 * Math.abs(value))));
  if (Array.isArray(value)) return value.map(alike);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, alike(part)]));
};

/** As they are while nothing is wrong. */
export async function usualReadings(subject: Subject): Promise<Readonly<Record<string, Reading>>> {
  const trial = await Trial.open(subject);
  await trial.bench.clock.advance(10_000);
  const usual = await readings(trial);
  await trial.close();
  return usual;
}
