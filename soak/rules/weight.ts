import type { Invocation } from "../../src/invocation/invocation.ts";
import type { Rule } from "../rule.ts";

/** A drop that was on its way, and what dries up meanwhile; g. */
const within = 0.06;

export const weighed: Rule = {
  number: "R2",
  holds: "what a dose tells to be on the pan is there",
  watch(stand, broken) {
    const judged = new Set<Invocation>();
    const onPan = () => {
      stand.devices.pump.world.workOut();
      return stand.devices.balance.cell.onPan;
    };
    const judge = ({ delivery, status, error }: Invocation, before: number) => {
      const told = delivery.find(({ thing, unit }) => thing === "dispenser" && unit === "g");
      if (!told) return;
      const really = onPan() - before;
      stand.tally.count("doses", told.uncertain > 0 ? "with a part uncertain" : "weighed to the end");
      if (Math.abs(really - told.confirmed) > told.uncertain + within)
        broken(`dose, ${status} (${error?.message}), told ${told.confirmed} ± ${told.uncertain} g, in truth ${really}`);
    };
    return {
      wrote(thing) {
        const dose = thing === "pump" ? stand.thing("pump")?.lane.holder?.root.record : undefined;
        if (dose?.action !== "dose" || judged.has(dose)) return;
        judged.add(dose);
        const before = onPan();
        const { touched } = stand.devices;
        void dose.ended.then(() => {
          judged.delete(dose);
          // A hand at the pan, or a draught, is told by no balance.
          const isAlone = stand.devices.touched === touched && !stand.devices.tampered.has("balance");
          if (isAlone) judge(dose, before);
        });
      },
    };
  },
};
