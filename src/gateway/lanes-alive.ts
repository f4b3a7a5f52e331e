import type { Thing } from "../thing/thing.ts";
import type { Probe } from "./health.ts";

/** Every call has an end in time, by its deadline and the ladder. One that has missed it keeps its Thing for ever. */
export function lanesAlive(things: ReadonlyMap<string, Thing>): Probe {
  return {
    name: "lanes",
    check() {
      for (const { lane } of things.values()) {
        const overdue = lane.overdue();
        if (overdue !== undefined) return overdue;
      }
      return undefined;
    },
    figures: () => ({ held: [...things.values()].filter(({ lane }) => lane.holder).length }),
  };
}
