import { defineTwin } from "benchd/testing";
import { contact } from "./world/contact.ts";
import { labWorld } from "./world.ts";

/** A mushroom button that latches when it is pressed, with a normally closed contact on the pin `contact`. */
export default defineTwin(({ name, clock, gpio, share }) => {
  const wiring = gpio?.wiring["contact"];
  const made = gpio && wiring && contact(gpio, wiring, clock, share(labWorld).chance(name), true);
  let wired = true;
  let pressed = false;
  const move = () => made?.set(wired && !pressed);

  return {
    /** Someone hits the button; it stays down. */
    press() {
      pressed = true;
      move();
    },
    /** Someone turns it, and it comes up. */
    release() {
      pressed = false;
      move();
    },
    /** The wire to the contact breaks. */
    breakWire() {
      wired = false;
      move();
    },
    mendWire() {
      wired = true;
      move();
    },
    /** It is shaken: the contact opens for `ms`, and closes again. */
    shake(ms: number) {
      if (!gpio || !wiring || !made?.closed) return;
      gpio.chip.drive(wiring.line, undefined);
      clock.after(ms, () => made.closed && gpio.chip.drive(wiring.line, !wiring.activeLow));
    },
  };
});
