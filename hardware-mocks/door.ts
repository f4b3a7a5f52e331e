import { defineTwin, fault, Type } from "benchd/testing";
import { contact } from "./world/contact.ts";
import { labWorld } from "./world.ts";

/** A door with a normally closed contact on the pin `switch`, closed at first. */
export default defineTwin(({ name, clock, gpio, share }) => {
  const wiring = gpio?.wiring["switch"];
  const door = gpio && wiring && contact(gpio, wiring, clock, share(labWorld).chance(name), true);
  let wired = true;
  let shut = true;
  const move = () => door?.set(wired && shut);

  const swing = (isShut: boolean) => {
    shut = isShut;
    move();
  };
  const wire = (holds: boolean) => {
    wired = holds;
    move();
  };

  return {
    faults: {
      open: fault({
        title: "The door stands open",
        input: Type.Object({}),
        apply() {
          swing(false);
          return { end: () => swing(true) };
        },
      }),
      broken_wire: fault({
        title: "The wire to the contact is broken",
        input: Type.Object({}),
        apply() {
          wire(false);
          return { end: () => wire(true) };
        },
      }),
      bounce: fault({
        title: "The contact chatters, as a worn one does",
        input: Type.Object({ ms: Type.Number({ minimum: 1, maximum: 60_000, default: 500, unit: "ms" }) }),
        apply: ({ ms }) => void door?.chatter(ms),
      }),
    },
    /** Someone opens the door. */
    swingOpen: () => swing(false),
    /** Someone closes it. */
    swingShut: () => swing(true),
    /** The wire to the contact breaks. */
    breakWire: () => wire(false),
    /** Wire and door as they were. */
    heal() {
      wired = true;
      swing(true);
    },
  };
});
