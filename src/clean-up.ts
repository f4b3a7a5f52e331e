import { log, shield } from "./ambient.ts";
import { DeviceFaultError, DeviceResetError, InvocationCancelledError } from "./errors.ts";

/**
 * After `why` has ended a move, bring the device to rest by `rest`, which a cancel does not interrupt; then throw `why`.
 * When that fails, nobody knows what the device does: whoever asked for the end is told so (`DeviceFaultError`, outcome
 * unknown), and so is whoever waits for an action that has failed by itself, with its own reason first. `doubt` says in
 * words what is not known then. No failure is hidden by a lesser one: a device that has restarted forgets what it did.
 *
 * @example catch (error) { return cleanUp(error, "it is not known whether the stage stands still", () => halt()); }
 */
export async function cleanUp(why: unknown, doubt: string, rest: () => Promise<unknown>): Promise<never> {
  try {
    await shield(rest);
  } catch (cause) {
    const reset = resetBehind(cause);
    if (reset) throw reset;
    const text = `${doubt}: ${cause instanceof Error ? cause.message : cause}`;
    if (askedFor(why)) throw new DeviceFaultError(text, { cause, outcome: "unknown" });
    log.error(text);
    if (why instanceof Error && !(why instanceof InvocationCancelledError) && !(why instanceof DeviceResetError))
      throw new DeviceFaultError(`${why.message}; ${text}`, { cause: why, outcome: "unknown" });
  }
  throw why;
}

const askedFor = (why: unknown) => why instanceof InvocationCancelledError && why.reason !== "failed";

function resetBehind(cause: unknown): DeviceResetError | undefined {
  for (let error = cause; error instanceof Error; error = error.cause)
    if (error instanceof DeviceResetError) return error;
  return undefined;
}
