import type { Clock } from "../clock.ts";
import { assertUnfenced, wait } from "../context.ts";
import type { ModemLines } from "./byte-stream.ts";
import type { Modem } from "./serial.ts";

/** The lines beside the data, for a driver: by work that may still touch the device only. */
export function modemOf({ read, set, setBreak }: ModemLines, clock: Clock): Modem {
  return {
    read,
    async set(outputs) {
      assertUnfenced();
      await set(outputs);
    },
    async sendBreak(ms) {
      assertUnfenced();
      await setBreak(true);
      try {
        await wait<void>(({ resolve }) => {
          const timer = clock.after(ms, () => resolve());
          return () => timer.cancel();
        });
      } finally {
        await setBreak(false);
      }
    },
  };
}
