import type { Clock } from "../clock.ts";
import { type LogLevel, wait } from "../context.ts";
import type { SerialOptions } from "./serial.ts";

/** A device that never falls silent is spoken to after this many times the silence that was asked for. */
const patience = 2;

interface Hearing {
  onBanner: (() => void) | undefined;
  onData: (() => void) | undefined;
}

interface Start {
  readonly options: Pick<SerialOptions<never>, "banner">;
  /** The silence that the port asks for. */
  readonly quietMs: number | undefined;
  readonly clock: Clock;
  readonly name: string;
  log(level: LogLevel, message: string): void;
}

/**
 * Wait until a device that starts as its port is opened can be spoken to: it swallows what it is asked before. That is
 * when it says its banner, or else when its time is over and it has been silent for as long as its port asks for: what
 * adapters have kept from before is no answer either. Whether it has said its banner.
 */
export async function deviceStarted(
  hearing: Hearing,
  { options, quietMs = 0, clock, name, log }: Start,
): Promise<boolean> {
  const withinMs = options.banner?.withinMs ?? 0;
  const awaitedMs = Math.max(withinMs, quietMs);
  if (awaitedMs === 0) return false;
  const end = clock.now() + Math.max(withinMs, patience * quietMs);
  const bannered = clock.now() + withinMs;
  const heard = await wait<boolean>(({ resolve }) => {
    let timer = clock.after(awaitedMs, () => resolve(false));
    hearing.onBanner = () => resolve(true);
    hearing.onData = () => {
      timer.cancel();
      const now = clock.now();
      const silentFrom = Math.min(Math.max(now + quietMs, bannered), end);
      // What comes without end would put off even a timer that is due.
      if (silentFrom <= now) resolve(false);
      else timer = clock.after(silentFrom - now, () => resolve(false));
    };
    return () => timer.cancel();
  });
  hearing.onBanner = undefined;
  hearing.onData = undefined;
  if (!heard && options.banner)
    log("info", `${name} has not said its banner within ${awaitedMs} ms: perhaps it was running already`);
  return heard;
}
