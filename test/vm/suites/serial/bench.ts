import { setTimeout as sleep } from "node:timers/promises";
import { simulator } from "../../control.ts";
import { serve } from "../../gateway.ts";
import { until } from "../../time.ts";
import type { SerialVerbs } from "./simulator.ts";

/** The first adapter, by whatever name and in whatever socket. */
const adapter = '{ usb: { vendorId: "0403", productId: "6001", serialNumber: BENCHD0001 } }';

const syringe = "config: { diameter: 26.59, syringeVolume: 60 }";
const configuration = `
things:
  pump: { driver: syringe-pump, serial: ${adapter}, ${syringe} }
  second: { driver: syringe-pump, serial: /dev/ttyS1, ${syringe} }
  gadget: { driver: syringe-pump, serial: /dev/ttyACM0, ${syringe} }
  counter: { driver: counter }
`;

/** Outside. */
export const outside = await simulator<SerialVerbs>();
await outside.plug("usb1", "pump");
/** Inside: a pump on the first adapter, one on the 16550, and a Thing without hardware. */
export const gateway = await serve("gateway", configuration);

/** Not more often: a question costs an emulated machine some 20 ms. */
const everyMs = 100;

/** Until a Thing has this state. */
export const becomes = (thing: string, state: string) =>
  until(`${thing} is ${state}`, async () => (await gateway.states())[thing]?.state === state, { everyMs });

/** Until the device itself has answered. */
export const usable = (thing: string) =>
  until(`${thing} answers`, async () => (await gateway.request(`${thing}/rate`)).ok, { everyMs });

/** Until it runs and something of it has been delivered. */
export const underWay = (id: string) =>
  until(
    "something is delivered",
    async () => {
      const { status, delivery, error } = await gateway.invocation(id);
      if (status !== "pending" && status !== "running") throw new Error(`it is ${status}: ${error?.detail}`);
      return (delivery[0]?.confirmed ?? 0) > 0;
    },
    { everyMs },
  );

/** Ask the counter all the time; what this returns ends it and tells how long it took at most. */
export function askCounter(): () => Promise<{ readonly slowestMs: number; readonly answers: number }> {
  const seen = { slowestMs: 0, answers: 0 };
  let over = false;
  const asking = (async () => {
    while (!over) {
      const start = performance.now();
      const response = await gateway.request("counter/counter");
      await response.json();
      if (!response.ok) throw new Error(`counter: ${response.status}`);
      seen.slowestMs = Math.max(seen.slowestMs, performance.now() - start);
      seen.answers++;
      await sleep(200);
    }
    return seen;
  })();
  // It is looked at in the end.
  asking.catch(() => {});
  return () => {
    over = true;
    return asking;
  };
}

/** Let the second pump give one dose after the other; what this returns ends that and tells how each has ended. */
export function keepDosing(volume: number): () => Promise<readonly string[]> {
  const ends: string[] = [];
  let over = false;
  const dosing = (async () => {
    while (!over) {
      const id = await gateway.start("second/dispense", { volume });
      const { status, error } = await gateway.invocation(id, 60);
      ends.push(error ? `${status}: ${error.detail}` : status);
    }
    return ends;
  })();
  dosing.catch(() => {});
  return () => {
    over = true;
    return dosing;
  };
}
