import type { Hooks } from "./define.ts";

/** The handlers of any Thing, looked up by name. */
export type AnyHandlers = Hooks & {
  readonly read?: Readonly<Record<string, () => unknown>>;
  readonly write?: Readonly<Record<string, (value: unknown) => unknown>>;
  readonly invoke?: Readonly<Record<string, (...args: unknown[]) => unknown>>;
  readonly stream?: Readonly<Record<string, () => AsyncIterable<Uint8Array>>>;
};
