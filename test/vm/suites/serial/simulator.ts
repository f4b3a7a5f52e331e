import syringePump from "../../../../hardware-mocks/syringe-pump.ts";
import { realClock } from "../../../../src/clock.ts";
import { simulatedBench } from "../../../../src/testing/index.ts";
import { obey } from "../../control.ts";
import { Wire } from "../../wire.ts";

/** Outside the VM: three pumps, the sockets they are plugged into, and what may happen to them. */

const bench = simulatedBench(realClock);
const pump = (name: string) => bench.place(syringePump, name, { diameter: 26.59, syringeVolume: 60 });
const pumps = { pump: pump("pump"), second: pump("second"), stranger: pump("stranger") };
/** One of another model: as much as a pump can tell of who it is. */
pumps.stranger.override(/VER/, "00SNE500V3.740");

const wires = { uart: new Wire("uart"), usb1: new Wire("usb1"), usb2: new Wire("usb2"), usb3: new Wire("usb3") };

type WireName = keyof typeof wires;
type PumpName = keyof typeof pumps;

const verbs = {
  plug: (wire: WireName, name: PumpName) => wires[wire].plug(pumps[name].open, { baudRate: 19_200 }),
  unplug: (wire: WireName) => wires[wire].unplug(),
  /** What came over a wire; bytes. */
  received: (wire: WireName) => wires[wire].received,
  look: (name: PumpName) => ({ ...pumps[name].state, commands: pumps[name].commands.slice(-20) }),
  silence: (name: PumpName) => pumps[name].silence(),
  delay: (name: PumpName, ms: number, replies: number) => void pumps[name].delay(ms, replies),
  heal: (name: PumpName) => pumps[name].heal(),
} as const;

export type SerialVerbs = typeof verbs;

await verbs.plug("uart", "second");
await obey(verbs);
