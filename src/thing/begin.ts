import { bounded } from "../bounded.ts";
import { runAs } from "../context.ts";
import { checkHandlers } from "./check-handlers.ts";
import type { Identity } from "./define.ts";
import type { AnyHandlers } from "./handlers.ts";
import type { LifeOptions } from "./life-options.ts";
import type { OpenedDriver } from "./opened-driver.ts";
import type { Scope } from "./scope.ts";

/** A device that has not opened within this time counts as disconnected; bench time. */
const openTimeoutMs = 15_000;

/** Open the device by its driver, then begin. Rejects when it takes too long, and when the scope is over. */
export function openDevice(scope: Scope, options: LifeOptions, driver: OpenedDriver): Promise<void> {
  const { definition, clock } = options;
  const opening = runAs(scope.work("open"), async () => {
    const handlers: unknown = await definition.open(scope.context());
    checkHandlers(definition, handlers);
    // From here on it can be stopped; it can be used when it is ready.
    if (!scope.over) driver.opened(handlers as AnyHandlers);
    await begin(handlers as AnyHandlers, options, (identity) => driver.identified(identity));
  });
  return bounded(clock, openTimeoutMs, Promise.race([opening, scope.whenOver()]));
}

/**
 * What an opening begins with. Who are you; stop; be safe; what did you do last; these are your settings. Where outputs
 * stay as they were left nothing is stopped: what else there is goes safe.
 */
async function begin(
  handlers: AnyHandlers,
  { outputs, safety, last, reconciled, settings }: LifeOptions,
  identified: (identity: Identity) => void,
): Promise<void> {
  if (handlers.identify) identified(await handlers.identify());
  const held = outputs.held.found();
  if (held.length === 0) await handlers.stop?.("opening");
  const names = Object.keys(outputs.contracts).filter((name) => !held.includes(name));
  const { own, level } = safety().way;
  outputs.drive(names, level);
  await outputs.tellSafe(handlers, [...new Set([...held, ...own])]);
  outputs.madeSafe(names, level);
  const before = handlers.reconcile && (await last());
  if (before && handlers.reconcile) await reconciled(before, await handlers.reconcile(before));
  for (const [property, value] of Object.entries(settings())) await handlers.write?.[property]?.(value);
}
