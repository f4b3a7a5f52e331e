import type { Clock } from "../clock.ts";
import type { Twin, TwinContext } from "./twin.ts";

/** Things that twins share, made when first asked for; the factory itself is the key. */
export function sharing(clock: Clock): TwinContext["share"] {
  const made = new Map<unknown, unknown>();
  return <T>(make: (clock: Clock) => T): T => {
    if (!made.has(make)) made.set(make, make(clock));
    return made.get(make) as T;
  };
}

/**
 * A bench for twins alone, without a gateway: to test a twin against its manual.
 *
 * @example const pump = simulatedBench(new DiscreteClock()).place(syringePump, "pump", { diameter: 26.59 });
 */
export function simulatedBench(clock: Clock) {
  const share = sharing(clock);
  return {
    /** The one instance of something that all its twins share: as `TwinContext.share`. */
    share,
    /** Make a twin under a name, with its `config` and its pins. */
    place<T extends Twin>(
      twin: (context: TwinContext) => T,
      name: string,
      config: Readonly<Record<string, unknown>> = {},
      gpio?: TwinContext["gpio"],
    ): T {
      return twin({ name, clock, config, share, ...(gpio && { gpio }) });
    },
  };
}
