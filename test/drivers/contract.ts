import type { Placed, ThingContract } from "benchd/testing";

/** How a driver is tried, whatever the Things on its bench. */
export type AnyContract = ThingContract<Readonly<Record<string, Placed>>>;

/** How a driver is tried: what `contracts/<driver>.ts` exports by default. */
export const contract = <const P extends Readonly<Record<string, Placed>>>(tried: ThingContract<P>): AnyContract =>
  tried as unknown as AnyContract;
