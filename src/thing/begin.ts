import type { Identity } from "./define.ts";
import type { AnyHandlers } from "./life.ts";
import type { LifeOptions } from "./life-options.ts";

/**
 * What an opening begins with. Who are you; stop; be safe; what did you do last; these are your settings. Where outputs
 * stay as they were left nothing is stopped: what else there is goes safe.
 */
export async function begin(
  handlers: AnyHandlers,
  { outputs, last, reconciled, settings }: Pick<LifeOptions, "outputs" | "last" | "reconciled" | "settings">,
  identified: (identity: Identity) => void,
): Promise<void> {
  if (handlers.identify) identified(await handlers.identify());
  const held = outputs.found();
  if (held.length === 0) await handlers.stop?.();
  const names = Object.keys(outputs.contracts).filter((name) => !held.includes(name));
  outputs.drive(names, ({ safe }) => safe);
  await handlers.safe?.(held);
  outputs.madeSafe(names);
  const before = handlers.reconcile && (await last());
  if (before && handlers.reconcile) await reconciled(before, await handlers.reconcile(before));
  for (const [property, value] of Object.entries(settings())) await handlers.write?.[property]?.(value);
}
