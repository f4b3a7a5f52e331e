import type { Clock } from "../clock.ts";
import type { OpenByteStream } from "../transport/byte-stream.ts";
import type { GpioChip, PinWiring } from "../transport/gpio.ts";
import { Line } from "../transport/line.ts";

/** What the configuration, or in mock mode the twin, connects a Thing to. */
export interface Wiring {
  /** The serial port, if one is wired. */
  readonly open?: OpenByteStream | undefined;
  /** Instead: the bus that it shares with other Things. */
  readonly bus?: Line<unknown> | undefined;
  readonly chip?: GpioChip | undefined;
  readonly pins: Readonly<Record<string, PinWiring>>;
  /** Who keeps the safe value of each output when the process is killed; nobody where it does not say. */
  readonly enforcedBy?: Readonly<Record<string, Enforcer>>;
}

/** What a Thing's serial port leads to; undefined without one. */
export const lineOf = (name: string, clock: Clock, { open, bus }: Wiring): Line<unknown> | undefined =>
  bus ?? (open && new Line({ name, clock, open, shared: false }));

/**
 * `device`: it stops by itself when it hears nothing more. `wiring`: the line falls to its pull, which agrees with the
 * safe value. `helper`: systemd runs `benchd safe`. `none`: it may stay as it was driven.
 */
export type Enforcer = "device" | "wiring" | "helper" | "none";
