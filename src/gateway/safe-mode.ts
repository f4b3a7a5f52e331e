import { SafeModeError } from "../errors.ts";
import type { Admission } from "../invocation/admission.ts";

/** Nothing is open, so that somebody can look: whatever is asked for is refused, with why and how to get out of it. */
export const refuseEverything = (reason: string): Admission => ({
  admit({ thing, affordance }) {
    throw new SafeModeError(`${affordance} of ${thing} is refused: ${reason}`);
  },
});
