import { defineTwin, fault, Type } from "benchd/testing";
import { contact } from "./world/contact.ts";
import { labWorld } from "./world.ts";

/** A relay pulls in or drops out this late; ms. */
const travelMs = 8;

interface Relay {
  follow(): void;
  welded: boolean;
  readonly line: number;
  readonly on: () => boolean;
}

/** Relays on the pins of a Thing; a pin `<relay>_contact`, where there is one, is a second contact wired back. */
export default defineTwin(({ name, clock, gpio, share }) => {
  const relays = new Map<string, Relay>();
  const random = share(labWorld).chance(name);
  const watches: (() => void)[] = [];

  for (const [pin, wiring] of Object.entries(gpio?.wiring ?? {})) {
    if (!gpio || pin.endsWith("_contact")) continue;
    const sense = gpio.wiring[`${pin}_contact`];
    const feedback = sense && contact(gpio, sense, clock, random);
    const relay: Relay = {
      line: wiring.line,
      welded: false,
      on: () => gpio.chip.level(wiring.line) !== (wiring.activeLow ?? false),
      follow: () => feedback?.set(relay.welded || relay.on()),
    };
    relays.set(pin, relay);
    watches.push(gpio.chip.watchLevel(wiring.line, () => void clock.after(travelMs, relay.follow)));
  }

  /** The contacts of a relay stick together, or come loose again. */
  const stick = (name: string, welded: boolean) => {
    const relay = relays.get(name);
    if (!relay) return;
    relay.welded = welded;
    relay.follow();
  };

  return {
    faults: {
      welded: fault({
        title: "The contacts of a relay stick together",
        input: Type.Object({ relay: Type.Enum([...relays.keys()]) }),
        apply({ relay }) {
          stick(relay, true);
          return { end: () => stick(relay, false) };
        },
      }),
    },
    /** Whether the relay's coil is driven. */
    energised: (relay: string) => relays.get(relay)?.on() ?? false,
    /** The contacts of a relay stick together from now on. */
    weld: (relay: string) => stick(relay, true),
    close() {
      for (const stop of watches) stop();
    },
  };
});
