import { tells } from "../../client/once.ts";
import { type Clock, realClock } from "../../clock.ts";
import { NobodyKnowsError, NoGatewayError, RefusalError } from "../gateway-errors.ts";
import type { Shell } from "../shell.ts";
import { inLine } from "../terminal/in-line.ts";
import type { BenchClient } from "./bench-client.ts";

/** A lost answer is asked for again for so long, so often; real milliseconds. */
const patienceMs = 60_000;
const againMs = 1000;

interface Options {
  /** What nobody knows when no answer comes at all: `whether it was written`. */
  readonly what: string;
  readonly clock?: Clock;
  /** That what was sent before would be known; it is not repeated otherwise. */
  readonly bench: Pick<BenchClient, "assertSameStart">;
  /** Ask no more; as when somebody has gone. */
  readonly given?: () => boolean;
}

/**
 * Ask for something that is done once however often it is asked for, as it has an Idempotency-Key, until there is an answer.
 * Throws `NobodyKnowsError` when none comes, or from a gateway that was started anew, and `NoGatewayError` when there was nobody to be asked in the first place.
 */
export async function repeated<T>(
  ask: () => Promise<T>,
  { tell }: Pick<Shell, "tell">,
  { what, bench, clock = realClock, given = () => false }: Options,
): Promise<T> {
  const began = clock.now();
  for (let n = 0; ; n++) {
    try {
      if (n > 0) await bench.assertSameStart();
      return await ask();
    } catch (error) {
      if (isAnswer(error, n > 0)) throw error;
      if (clock.now() - began > patienceMs || given())
        throw new NobodyKnowsError(`the answer was lost, and nobody knows ${what}: look at the device`, {
          cause: error,
        });
      if (n === 0) tell(inLine("The answer was lost: asking again under the same key, so that it is done once."));
      await new Promise<void>((resolve) => clock.after(againMs, resolve));
    }
  }
}

/** It tells what became of it: where something was `lost` before, nobody being there, or somebody saying no to whoever asks, does not. */
function isAnswer(error: unknown, lost: boolean): boolean {
  if (error instanceof NoGatewayError) return error.unsent && !lost;
  return !(error instanceof RefusalError) || tells({ status: error.status, code: error.reason }, lost);
}
