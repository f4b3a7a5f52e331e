import type { ModemInputs, ModemLines } from "./byte-stream.ts";

/** What the gateway's end says by its lines, as a device sees it. */
export interface LinesSeen {
  readonly dtr: boolean;
  readonly rts: boolean;
  /** The data line is held low. */
  readonly break: boolean;
}

/** The lines beside the data of a cable in memory. They keep nothing over a reopening: the system raises both outputs. */
export function memoryModem(inputs: () => ModemInputs, seen: (lines: LinesSeen) => void): ModemLines {
  let lines: LinesSeen = { dtr: true, rts: true, break: false };
  const say = async (changed: Partial<LinesSeen>) => {
    lines = { ...lines, ...changed };
    seen(lines);
  };
  return {
    read: async () => inputs(),
    set: ({ dtr = lines.dtr, rts = lines.rts }) => say({ dtr, rts }),
    setBreak: (held) => say({ break: held }),
  };
}
