import { fault, type TwinContext, Type } from "benchd/testing";
import { labWorld } from "../world.ts";
import { contact } from "./contact.ts";

/** A normally closed contact on the pin `pin`, at the end of a wire that may break. */
export function wiredContact({ name, clock, gpio, share }: TwinContext, pin: string) {
  const wiring = gpio?.wiring[pin];
  const made = gpio && wiring && contact(gpio, wiring, clock, share(labWorld).chance(name), true);
  let wired = true;
  let shut = true;
  const move = () => made?.set(wired && shut);
  const wire = (holds: boolean) => {
    wired = holds;
    move();
  };

  return {
    /** Whoever has it in hand closes it, or opens it. */
    hold(closed: boolean): void {
      shut = closed;
      move();
    },
    wire,
    brokenWire: fault({
      title: "The wire to the contact is broken",
      input: Type.Object({}),
      apply() {
        wire(false);
        return { end: () => wire(true) };
      },
    }),
    /** It bounces for so long without being moved; ms. */
    chatter: (ms: number) => made?.chatter(ms),
    /** It is shaken: it opens for `ms`, without a bounce, and closes again. */
    shake(ms: number): void {
      if (!gpio || !wiring || !made?.closed) return;
      gpio.chip.drive(wiring.line, undefined);
      clock.after(ms, () => made.closed && gpio.chip.drive(wiring.line, !wiring.activeLow));
    },
  };
}
