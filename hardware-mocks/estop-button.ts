import { defineTwin, fault, Type } from "benchd/testing";
import { wiredContact } from "./world/wired-contact.ts";

/** A mushroom button that latches when it is pressed, with a normally closed contact on the pin `contact`. */
export default defineTwin((context) => {
  const button = wiredContact(context, "contact");
  return {
    faults: {
      pressed: fault({
        title: "Someone has hit the button; it stays down until this is ended",
        input: Type.Object({}),
        apply() {
          button.hold(false);
          return { end: () => button.hold(true) };
        },
      }),
      broken_wire: button.brokenWire,
    },
    /** Someone hits the button; it stays down. */
    press: () => button.hold(false),
    /** Someone turns it, and it comes up. */
    release: () => button.hold(true),
    /** The wire to the contact breaks. */
    breakWire: () => button.wire(false),
    mendWire: () => button.wire(true),
    /** It is shaken: the contact opens for `ms`, and closes again. */
    shake: button.shake,
  };
});
