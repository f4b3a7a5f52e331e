import { defineTwin } from "benchd/testing";
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

  return {
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
    burnOut() {
      state.burntOut = true;
      heat();
    },
    /** The contacts of the relay stick together. */
    weld() {
      state.welded = true;
      heat();
    },
    mend() {
      Object.assign(state, { welded: false, burntOut: false });
      heat();
    },
    close() {
      unwatch?.();
    },
  };
});
