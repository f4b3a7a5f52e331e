import type { Frame } from "./frame.ts";

/**
 * The circle of waiting that `frame` closes, in words, or undefined. A frame waits for those before it in the lane it
 * wants to enter, and for its own children: its place is freed only when they have settled.
 */
export function cycleOf(frame: Frame): string | undefined {
  const seen = new Set<Frame>();
  const path: string[] = [];

  const leadsBack = (from: Frame): boolean => {
    if (seen.has(from)) return false;
    seen.add(from);
    const lane = from.waitingFor;
    if (lane) {
      for (const other of lane.before(from)) {
        path.push(`${from.root.label} waits for ${lane.owner.name}, held by ${other.root.label}`);
        if (other === frame || leadsBack(other)) return true;
        path.pop();
      }
    }
    for (const child of from.children) if (child === frame || leadsBack(child)) return true;
    return false;
  };

  return leadsBack(frame) ? path.join("; ") : undefined;
}
