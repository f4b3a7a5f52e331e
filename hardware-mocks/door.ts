import { defineTwin, fault, Type } from "benchd/testing";
import { wiredContact } from "./world/wired-contact.ts";

/** A door with a normally closed contact on the pin `switch`, closed at first. */
export default defineTwin((context) => {
  const door = wiredContact(context, "switch");
  return {
    faults: {
      open: fault({
        title: "The door stands open",
        input: Type.Object({}),
        apply() {
          door.hold(false);
          return { end: () => door.hold(true) };
        },
      }),
      broken_wire: door.brokenWire,
      bounce: fault({
        title: "The contact chatters, as a worn one does",
        input: Type.Object({ ms: Type.Number({ minimum: 1, maximum: 60_000, default: 500, unit: "ms" }) }),
        apply: ({ ms }) => void door.chatter(ms),
      }),
    },
    /** Someone opens the door. */
    swingOpen: () => door.hold(false),
    /** Someone closes it. */
    swingShut: () => door.hold(true),
    /** The wire to the contact breaks. */
    breakWire: () => door.wire(false),
    /** Wire and door as they were. */
    heal() {
      door.wire(true);
      door.hold(true);
    },
  };
});
