import { defineTwin, fault, Type } from "benchd/testing";
import { contact } from "./world/contact.ts";
import { labWorld } from "./world.ts";

/** A mushroom button that latches when it is pressed, with a normally closed contact on the pin `contact`. */
export default defineTwin(({ name, clock, gpio, share }) => {
  const wiring = gpio?.wiring["contact"];
  const made = gpio && wiring && contact(gpio, wiring, clock, share(labWorld).chance(name), true);
  let wired = true;
  let pressed = false;
  const move = () => made?.set(wired && !pressed);

  const push = (down: boolean) => {
    pressed = down;
    move();
  };
  const wire = (holds: boolean) => {
    wired = holds;
    move();
  };

  return {
    faults: {
      pressed: fault({
        title: "Someone has hit the button; it stays down until this is ended",
        input: Type.Object({}),
        apply() {
          push(true);
          return { end: () => push(false) };
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
    },
    /** Someone hits the button; it stays down. */
    press: () => push(true),
    /** Someone turns it, and it comes up. */
    release: () => push(false),
    /** The wire to the contact breaks. */
    breakWire: () => wire(false),
    mendWire: () => wire(true),
    /** It is shaken: the contact opens for `ms`, and closes again. */
    shake(ms: number) {
      if (!gpio || !wiring || !made?.closed) return;
      gpio.chip.drive(wiring.line, undefined);
      clock.after(ms, () => made.closed && gpio.chip.drive(wiring.line, !wiring.activeLow));
    },
  };
});
