import { defineTwin, fault, Type } from "benchd/testing";
import { labWorld } from "./world.ts";

/** What the element gives; W. */
const watts = 150;

/** A heating element in the bath of the bench, switched by a relay on the pin `heater`. */
export default defineTwin(({ clock, gpio, share }) => {
  const { bath } = share(labWorld);
  const wiring = gpio?.wiring["heater"];
  const state = { welded: false, burntOut: false };
  /** What it gives to the bath now; W. */
  let given = 0;

  const driven = () =>
    gpio !== undefined && wiring !== undefined && gpio.chip.level(wiring.line) !== !!wiring.activeLow;
  const heat = () => {
    const closed = driven() || state.welded;
    const gives = closed && !state.burntOut ? watts : 0;
    bath.temperature(clock.now());
    bath.power += gives - given;
    given = gives;
  };
  const unwatch = gpio && wiring && gpio.chip.watchLevel(wiring.line, heat);
  const put = (change: Partial<typeof state>) => {
    Object.assign(state, change);
    heat();
  };

  return {
    faults: {
      burnt_out: fault({
        title: "The element is broken: it gives no heat",
        input: Type.Object({}),
        apply() {
          put({ burntOut: true });
          return { end: () => put({ burntOut: false }) };
        },
      }),
      welded: fault({
        title: "The contacts of the relay stick together: it heats whatever it is told",
        input: Type.Object({}),
        apply() {
          put({ welded: true });
          return { end: () => put({ welded: false }) };
        },
      }),
    },
    bath,
    /** Whether the relay is driven. */
    get driven() {
      return driven();
    },
    /** What it gives to the bath; W. */
    get power() {
      return given;
    },
    /** The element breaks: it gives nothing any more. */
    burnOut: () => put({ burntOut: true }),
    /** The contacts of the relay stick together. */
    weld: () => put({ welded: true }),
    mend: () => put({ welded: false, burntOut: false }),
    close() {
      unwatch?.();
    },
  };
});
