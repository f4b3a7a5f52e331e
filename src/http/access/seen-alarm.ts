import type { Alarm } from "../../experiment/alarm/alarm.ts";
import type { Sight } from "./sight.ts";

/** An alarm exists for whoever may read what it watches; one that watches runs, for whoever may read all. */
export const seesAlarm = (sight: Sight, { things }: Pick<Alarm, "things">): boolean =>
  sight.all || things.some((thing) => sight.sees(thing));
