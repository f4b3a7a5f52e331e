import { openBench, type Placed, type SerialTwin, type Twin } from "benchd/testing";
import type { AnyThing } from "../../../src/thing/define.ts";
import type { AnyContract } from "../contract.ts";
import { contracts } from "./contracts.ts";

/** A simulated device on a serial line. */
export type Device = SerialTwin & Pick<Twin, "keys">;

/** What is tried: a Thing at work, and the device that misbehaves: its own, or that of a Thing it uses. */
export interface Subject {
  /** As in the names of tests: `syringe-pump`, or `dispenser by its balance`. */
  readonly name: string;
  readonly driver: string;
  readonly contract: AnyContract;
  readonly placed: Placed;
  /** As its configuration makes it. */
  readonly definition: AnyThing;
  /** The Thing whose device misbehaves; undefined for a Thing without a serial line anywhere. */
  readonly device: string | undefined;
  /** The device is that of a Thing it uses. */
  readonly composite: boolean;
  /** The action in whose middle it happens; undefined for a driver that has none. */
  readonly action: string | undefined;
  readonly input: unknown;
  readonly keys: readonly string[];
  readonly canStop: boolean;
  /** The device can say that it is busy. */
  readonly refuses: boolean;
}

async function subjectsOf(driver: string, contract: AnyContract): Promise<readonly Subject[]> {
  const { thing, things, inputs = {}, trials = {} } = contract;
  const placed = things[thing];
  if (!placed) throw new Error(`the contract of ${driver} places no ${thing}`);
  const bench = await openBench(things);
  const { definition } = bench.thing(thing);
  const action = trials.action ?? Object.keys(inputs)[0] ?? Object.keys(definition.actions ?? {})[0];
  const twins: Readonly<Record<string, unknown>> = bench.twins;
  const speaks = (name: string) => isDevice(twins[name]);
  const own = speaks(thing) ? [thing] : [];
  const used = Object.values(placed.uses ?? {}).filter(speaks);
  const devices = [...own, ...used];
  const subjects = (devices.length > 0 ? devices : [undefined]).map((device): Subject => {
    const twin = device === undefined ? undefined : twins[device];
    return {
      name: device === undefined || device === thing ? driver : `${driver} by its ${device}`,
      driver,
      contract,
      placed,
      definition,
      device,
      composite: device !== undefined && device !== thing,
      action,
      input: trials.input ?? (action === undefined ? undefined : inputs[action]),
      keys: isDevice(twin) ? Object.keys(twin.keys ?? {}) : [],
      canStop: device !== undefined && "stop" in bench.thing(device).actions,
      refuses: isDevice(twin) && "busy" in twin.lineFaults,
    };
  });
  await bench.close();
  return subjects;
}

export const isDevice = (twin: unknown): twin is Device =>
  typeof twin === "object" && twin !== null && "lineFaults" in twin;

/** All that can be tried. */
export const subjects: readonly Subject[] = (
  await Promise.all([...contracts].map(([driver, contract]) => subjectsOf(driver, contract)))
).flat();
