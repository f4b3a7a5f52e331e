import { defineTwin, fault, Type } from "benchd/testing";
import { contact } from "./world/contact.ts";
import { pipe } from "./world/pipe.ts";
import { labWorld } from "./world.ts";

/** The plunger has moved this long after the coil was switched; ms. Assumed: small solenoid valves take 10 to 50 ms. */
const travelMs = 30;

/**
 * A solenoid valve in the pipe of the bench, on the pin `valve`; pins `opened_contact` and `closed_contact`, where there
 * are some, are the contacts that tell where it is.
 */
export default defineTwin(({ name, clock, config, gpio, share }) => {
  const water = share(pipe);
  const random = share(labWorld).chance(name);
  const normallyOpen = config["normally"] === "open";
  const wiring = gpio?.wiring["valve"];
  const sense = (pin: string, closed: boolean) => {
    const sensor = gpio?.wiring[pin];
    return gpio && sensor && contact(gpio, sensor, clock, random, closed);
  };
  let open = normallyOpen;
  let stuck = false;
  const openedContact = sense("opened_contact", open);
  const closedContact = sense("closed_contact", !open);
  const show = () => {
    openedContact?.set(open);
    closedContact?.set(!open);
    water.set(name, open);
  };
  show();

  const energised = () =>
    gpio !== undefined && wiring !== undefined && gpio.chip.level(wiring.line) !== !!wiring.activeLow;
  const move = () => {
    if (stuck) return;
    open = energised() !== normallyOpen;
    show();
  };
  const unwatch = gpio && wiring && gpio.chip.watchLevel(wiring.line, () => void clock.after(travelMs, move));

  const hold = () => {
    stuck = true;
  };
  const free = () => {
    stuck = false;
    move();
  };

  return {
    faults: {
      stuck: fault({
        title: "Dirt holds the plunger where it is",
        input: Type.Object({}),
        apply() {
          hold();
          return { end: free };
        },
      }),
    },
    /** Where the plunger is. */
    get opened() {
      return open;
    },
    /** Whether there is current in the coil. */
    get energised() {
      return energised();
    },
    /** Dirt holds the plunger where it is. */
    stick: hold,
    free,
    close() {
      unwatch?.();
    },
  };
});
