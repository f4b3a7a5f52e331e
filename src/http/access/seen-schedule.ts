import type { Sight } from "./sight.ts";

/** What begins by itself exists for whoever may read every Thing of it; and where nobody can tell which these are, for whoever may read all. */
export const seesSchedule = (
  sight: Sight,
  { things = [] }: { readonly things: readonly string[] | undefined },
): boolean => sight.all || (things.length > 0 && things.every((thing) => sight.sees(thing)));
