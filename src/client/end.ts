import { isPassing } from "./attend.ts";
import { RefusedError } from "./errors.ts";
import type { Reach } from "./reach.ts";
import { pause, waitAfter, within } from "./waiting.ts";

const attemptMs = 10_000;

/**
 * Ask an invocation to end, again and again while the gateway is away, until it has the request or `isOver`. Throws
 * `RefusedError` when this client may not.
 */
export async function end({ connection, prefix, bridgeMs }: Reach, id: string, isOver: () => boolean): Promise<void> {
  const { clock } = connection;
  const until = clock.now() + bridgeMs;
  const path = `${prefix}/action_invocations/${encodeURIComponent(id)}`;
  for (let failures = 1; !isOver(); failures++) {
    try {
      await within(clock, attemptMs, undefined, (signal) => connection.request("DELETE", path, { signal }));
      return;
    } catch (error) {
      // It has ended, or is not even listed any more.
      if (error instanceof RefusedError && (error.status === 409 || error.status === 404)) return;
      if (!isPassing(error) || clock.now() >= until) throw error;
    }
    await pause(clock, waitAfter(failures, 250, 2000));
  }
}
