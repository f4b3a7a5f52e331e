import type { OutputContract } from "../../src/thing/affordance.ts";
import type { Stand } from "../stand.ts";

/** An output on a pin. */
export interface Pin {
  readonly thing: string;
  readonly output: string;
  readonly contract: OutputContract;
  /** As it is on the wire, logical. */
  readonly level: boolean;
}

/** Not where an emergency stop wants it. */
export const isRaised = ({ contract: { safe, emergency = safe }, level }: Pin): boolean =>
  emergency !== "keep" && level !== Boolean(emergency);

/** Every output on a pin, with its contract. */
export function* pins(stand: Stand): Generator<Pin> {
  for (const { name: thing, definition } of stand.gateway.things.values())
    for (const [output, contract] of Object.entries<OutputContract>(definition.outputs ?? {})) {
      const level = stand.devices.level(thing, output);
      if (level !== undefined) yield { thing, output, contract, level };
    }
}
