import type { Interlock } from "../../gateway/interlock.ts";
import type { Sight } from "./sight.ts";

/** An interlock exists for whoever may read something that it guards. */
export const seesInterlock = (sight: Sight, { things }: Pick<Interlock, "things">): boolean =>
  sight.all || things.some((thing) => sight.sees(thing));
