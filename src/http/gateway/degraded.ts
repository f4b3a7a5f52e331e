import type { Gateway } from "../../gateway/gateway.ts";
import { seesAlarm } from "../access/seen-alarm.ts";
import { seesInterlock } from "../access/seen-interlock.ts";
import type { Sight } from "../access/sight.ts";

/** Something that is not as it should be, while the gateway serves on. */
export interface Degradation {
  readonly code:
    | "thing_not_ready"
    | "interlock_tripped"
    | "alarm_raised"
    | "emergency_stop"
    | "clock_not_trusted"
    | "probe_failed";
  /** Of the Thing, the interlock, the alarm or the probe. */
  readonly name: string | null;
  readonly message: string;
}

/** All that is, of what exists for who asks; the whole bench's first. */
export function degradations(gateway: Gateway, sight: Sight): readonly Degradation[] {
  const found = [...ofBench(gateway), ...ofInterlocks(gateway, sight), ...ofAlarms(gateway, sight), ...ofThings(sight)];
  return found.map((one) => ({ ...one, message: sight.text(one.message) }));
}

function* ofBench({ emergencyStop, wallClock, health }: Gateway): Iterable<Degradation> {
  if (emergencyStop.latch)
    yield { code: "emergency_stop", name: null, message: "the emergency stop is latched: nothing begins" };
  if (wallClock.trusted() === false)
    yield { code: "clock_not_trusted", name: null, message: "nobody vouches for the wall clock: see `timedatectl`" };
  for (const { name, why } of health.look().findings)
    if (why !== undefined) yield { code: "probe_failed", name, message: why };
}

function* ofInterlocks({ interlocks }: Gateway, sight: Sight): Iterable<Degradation> {
  for (const one of interlocks.all)
    if (one.trip && seesInterlock(sight, one))
      yield { code: "interlock_tripped", name: one.name, message: one.trip.why };
}

function* ofAlarms({ experiments }: Gateway, sight: Sight): Iterable<Degradation> {
  for (const one of experiments.alarms.all)
    if (one.raised && seesAlarm(sight, one))
      yield { code: "alarm_raised", name: one.name, message: one.state?.reason ?? one.title };
}

/** What is being opened may be ready in a moment. */
function* ofThings({ things }: Sight): Iterable<Degradation> {
  for (const { name, state, reason } of things.values())
    if (state !== "ready" && state !== "opening")
      yield {
        code: "thing_not_ready",
        name,
        message: reason === undefined ? `it is ${state}` : `it is ${state}: ${reason}`,
      };
}
