import type { Static, TSchema } from "../typebox.ts";

/** A fault that lasts. */
export interface OngoingFault {
  /** All is well again. Harmless when it has ended already. */
  end(): void;
  /** Whether it has ended by itself, as one that was asked for the next reply only. */
  over?(): boolean;
}

/** One thing that can go wrong with a simulated device, in a form from which tests, HTTP and documents are made. */
export interface Fault<S extends TSchema = TSchema> {
  /** What goes wrong, in a few words. */
  readonly title: string;
  /** Its parameters: an object, closed unless it says otherwise. */
  readonly input: S;
  /** Let it go wrong. Returns how to end that; nothing for what is over at once, such as a key that is pressed. */
  apply(input: Static<S>): OngoingFault | undefined;
}

/** Faults by their names, in `snake_case`. */
export type Faults = Readonly<Record<string, Fault>>;

/**
 * Declare a fault of a twin: `apply` gets the parameters that the schema promises.
 *
 * @example faults: { draught: fault({ title: "A draught", input: Type.Object({ ms: Type.Number() }), apply: ({ ms }) => void cell.draught(ms) }) }
 */
export function fault<S extends TSchema>(declared: Fault<S>): Fault<S> {
  return declared;
}
