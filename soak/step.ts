import type { Dice } from "./dice.ts";
import type { Stand } from "./stand.ts";

/** One thing that a client, an operator or fate does to the bench. */
export interface Operation {
  readonly name: string;
  /** How often, beside the others. */
  readonly weight: number;
  /** Do it, with what the dice say; returns what was done, for the log. */
  act(stand: Stand, dice: Dice): Promise<string>;
}
