import { sleep } from "../ambient.ts";
import type { PropertyAffordance, Table } from "./affordance.ts";
import type { Scope } from "./scope.ts";

/** Read what is to be polled, for as long as this opening lasts, and tell of changes. */
export function poll(
  properties: Table<PropertyAffordance>,
  scope: Scope,
  read: (name: string) => Promise<unknown>,
  changed: (name: string, value: unknown) => void,
): void {
  for (const [name, { pollMs }] of Object.entries(properties)) {
    if (pollMs === undefined) continue;
    scope.spawn(async () => {
      for (let last: string | undefined; ; await sleep(pollMs)) {
        // A reading that fails is told to those who ask for it; the next may succeed.
        const value = await read(name).catch(() => undefined);
        const now = JSON.stringify(value);
        if (value !== undefined && now !== last) changed(name, value);
        last = now;
      }
    });
  }
}
