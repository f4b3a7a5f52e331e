import type { Clock } from "../clock.ts";
import type { OpenByteStream } from "../transport/byte-stream.ts";
import type { PinWiring } from "../transport/gpio.ts";
import type { SimulatedGpioChip } from "../transport/gpio-simulated.ts";
import type { Faults } from "./fault.ts";

/** What a twin is given: the Thing it stands for, and the bench it stands on. */
export interface TwinContext {
  /** The Thing's name in the configuration. */
  readonly name: string;
  /** The bench clock. */
  readonly clock: Clock;
  /** The Thing's `config`, as its driver gets it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The simulated chip and how the Thing's pins are wired to it; absent without `gpio:` in the entry. */
  readonly gpio?: { readonly chip: SimulatedGpioChip; readonly wiring: Readonly<Record<string, PinWiring>> };
  /** The one instance of something that all twins of this bench share, such as the world they stand in. */
  share<T>(make: (clock: Clock) => T): T;
}

/** A simulated device. */
export interface Twin {
  /** The far end of the Thing's serial port. */
  readonly open?: OpenByteStream;
  /** What can go wrong on its serial line; comes with `simulateSerial`. */
  readonly lineFaults?: Faults;
  /** The keys that someone in front of the device can press, by names in `snake_case`. */
  readonly keys?: Readonly<Record<string, () => void>>;
  /** What else can go wrong with this device. */
  readonly faults?: Faults;
  /** The bench ends: let go of what it holds. */
  close?(): void;
  /** What can be done to it, and seen of it. */
  readonly [verb: string]: unknown;
}

/**
 * Define the twin of a driver: what `hardware-mocks/<driver>.ts` exports by default. The gateway calls it once for each
 * Thing in mock mode; the device outlives every reopening of its port.
 */
export function defineTwin<T extends Twin>(make: (context: TwinContext) => T): (context: TwinContext) => T {
  return make;
}
