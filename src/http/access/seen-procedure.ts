import type { About } from "../../experiment/procedure/procedures.ts";
import type { Sight } from "./sight.ts";

/** A procedure exists for whoever may read all that it works with; one that nobody can read, for who may read everything. */
export const seesProcedure = (sight: Sight, { things, unreadable }: About): boolean =>
  sight.all || (unreadable === undefined && things.every((thing) => sight.sees(thing)));
