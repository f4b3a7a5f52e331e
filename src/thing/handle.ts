import type { Contract } from "./contract.ts";

/** What a handle does, by the names of affordances. */
interface Doing {
  read(property: string): Promise<unknown>;
  write(property: string, value: unknown): Promise<unknown>;
  perform(action: string, input: unknown): Promise<unknown>;
}

/** A Thing as other Things use it: the tables that its slots' types promise. */
export interface AnyHandle {
  readonly read: Readonly<Record<string, () => Promise<unknown>>>;
  readonly write: Readonly<Record<string, (value: unknown) => Promise<unknown>>>;
  readonly invoke: Readonly<Record<string, (input?: unknown) => Promise<unknown>>>;
}

export function handleOf({ properties, actions }: Contract, doing: Doing): AnyHandle {
  return {
    read: table(properties, (name) => () => doing.read(name)),
    write: table(properties, (name) => (value: unknown) => doing.write(name, value)),
    invoke: table(actions, (name) => (input?: unknown) => doing.perform(name, input)),
  };
}

const table = <F>(names: object, make: (name: string) => F): Readonly<Record<string, F>> =>
  Object.fromEntries(Object.keys(names).map((name) => [name, make(name)]));
