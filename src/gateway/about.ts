import { PacedClock } from "../paced-clock.ts";
import type { GatewayOptions } from "./gateway-options.ts";

/** What a gateway is, and since when. */
export interface About {
  /** Of benchd. */
  readonly version: string;
  /** Every device is a simulated twin. */
  readonly mock: boolean;
  /** Simulated time passes up to so many times as fast as ours; 1 where none is simulated. */
  readonly timeScale: number;
  /** When it was put together; milliseconds since 1970. */
  readonly startedAt: number;
  /** Whether the wall clock is known to be right now. */
  clockTrusted(): boolean;
}

export function aboutOf({ mock, clock, clockTrusted }: GatewayOptions, version: string): About {
  return {
    version,
    mock,
    timeScale: clock instanceof PacedClock ? clock.scale : 1,
    startedAt: Date.now(),
    clockTrusted: () => clockTrusted?.() ?? false,
  };
}
