import { suspendedMs } from "../transport/uptime.ts";
import type { GatewayOptions } from "./gateway-options.ts";

/** What is known of the machine's time. */
export interface WallClock {
  /** Whether somebody vouches for it; undefined where nobody was asked. */
  trusted(): boolean | undefined;
  /** For how long the machine was suspended since the start, in milliseconds, to about 10 ms. */
  suspendedMs(): number;
}

export function wallClockOf(options: Pick<GatewayOptions, "clockTrusted" | "suspendedMs">): WallClock {
  const suspended = options.suspendedMs ?? suspendedMs;
  const before = suspended();
  return {
    trusted: () => options.clockTrusted?.(),
    suspendedMs: () => Math.max(0, suspended() - before),
  };
}
