import type { Asker } from "../asker.ts";
import type { Contract } from "./contract.ts";

/** Keeps the values of `persist` properties over restarts. */
export interface SettingsStore {
  read(thing: string): Readonly<Record<string, unknown>>;
  /** Resolves when the value is kept, which `by` has written. */
  write(thing: string, property: string, value: unknown, by: Asker): Promise<void>;
}

/** What of the stored settings still fits. */
export function persisted(
  stored: Readonly<Record<string, unknown>>,
  contract: Contract,
): Readonly<Record<string, unknown>> {
  const fits = ([name, value]: [string, unknown]) =>
    contract.properties[name]?.persist && contract.accepts(name, value);
  return Object.fromEntries(Object.entries(stored).filter(fits));
}
