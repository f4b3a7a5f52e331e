import { once } from "node:events";
import { createInterface } from "node:readline";
import { openPins } from "../../../../src/transport/pins.ts";
import { type BackEnd, chipBy } from "./back-ends.ts";

/** Outputs of both polarities and both safe values: their line, the value, and the polarity. */
export const outputs = {
  pump_power: { line: 11, safe: false, activeLow: false },
  vent: { line: 12, safe: true, activeLow: true },
  lamp: { line: 13, safe: false, activeLow: true },
};
export type Name = keyof typeof outputs;
export const names = Object.keys(outputs) as Name[];

/**
 * A process that opens the outputs as a Thing of benchd does, switches them away from their safe values when it reads a
 * line, and does at SIGTERM what closing a Thing does, but waits for a line before it lets go. It is much sooner up than all of benchd in an emulated machine.
 */
export async function hold(backend: BackEnd): Promise<void> {
  const ended = once(process, "SIGTERM");
  const pins = await openPins({
    chip: chipBy(backend),
    wiring: outputs,
    outputs,
    thing: "relays",
    log() {},
    lost() {},
  });
  const opened = await Promise.all(names.map(async (name) => ({ name, pin: await pins.output(name) })));
  process.stdout.write("open\n");
  const asked = createInterface(process.stdin);
  asked.once("line", () => {
    for (const { name, pin } of opened) pin.write(!outputs[name].safe);
    process.stdout.write("switched\n");
  });
  await ended;
  pins.safe();
  process.stdout.write("safe\n");
  // Until somebody has looked.
  await once(asked, "line");
  pins.close();
}
