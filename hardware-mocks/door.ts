import { defineTwin } from "benchd/testing";
import { contact } from "./world/contact.ts";
import { labWorld } from "./world.ts";

/** A door with a normally closed contact on the pin `switch`, closed at first. */
export default defineTwin(({ name, clock, gpio, share }) => {
  const wiring = gpio?.wiring["switch"];
  const door = gpio && wiring && contact(gpio, wiring, clock, share(labWorld).chance(name));
  let wired = true;
  let shut = true;
  const move = () => door?.set(wired && shut);
  move();

  return {
    /** Someone opens the door. */
    swingOpen() {
      shut = false;
      move();
    },
    /** Someone closes it. */
    swingShut() {
      shut = true;
      move();
    },
    /** The wire to the contact breaks. */
    breakWire() {
      wired = false;
      move();
    },
  };
});
