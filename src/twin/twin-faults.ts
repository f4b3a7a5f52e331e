import { Type } from "../typebox.ts";
import { type Faults, fault } from "./fault.ts";
import type { Twin } from "./twin.ts";

/** All that can go wrong with a twin: its line, its keys, and what it has of its own. */
export function faultsOf({ lineFaults, keys = {}, faults }: Twin): Faults {
  const names = Object.keys(keys);
  return {
    ...lineFaults,
    ...(names.length > 0 && {
      key: fault({
        title: "Someone presses a key of the device",
        input: Type.Object({ key: Type.Enum(names) }),
        apply: ({ key }) => void keys[key]?.(),
      }),
    }),
    ...faults,
  };
}
