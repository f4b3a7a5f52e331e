import type { Examined } from "./gateway-process.ts";
import { mostGrown } from "./held.ts";

/** What the gateway held in the calm after the warm-up, in the middle of what came then, and in the end. */
export interface Weighed {
  readonly warm: Examined;
  readonly middle: Examined;
  readonly end: Examined;
}

/** So much may be in use beyond what was after the warm-up; bytes. */
export const maxGrowth = 2 * 2 ** 20;
/**
 * And of that so much since the middle: what is kept once, as it is met for the first time, comes ever more rarely. What is
 * kept of each request comes as often as ever.
 */
export const maxLateGrowth = 2 ** 20;
/** Of whoever puts the bench in order. */
const ownConnections = 2;
/** Of a kind, for what goes on by itself. */
const maxMoreHandles = 5;

/** What has become more that should not have. */
export function grown({ warm, middle, end }: Weighed): readonly string[] {
  const handles = Object.entries(end.handles).map(([kind, count]) => [kind, count, warm.handles[kind] ?? 0] as const);
  return [
    ...more(warm, end, maxGrowth, "after the warm-up"),
    ...more(middle, end, maxLateGrowth, "in the middle of the run"),
    ...(end.connections > ownConnections ? [`${end.connections} connections are still open`] : []),
    ...handles
      .filter(([, count, before]) => count > before + maxMoreHandles)
      .map(([kind, count, before]) => `${count} ${kind} are open, and were ${before}`),
  ];
}

function more(before: Examined, after: Examined, max: number, since: string): readonly string[] {
  const bytes = after.heap.bytes - before.heap.bytes;
  if (bytes <= max) return [];
  const most = mostGrown(before.heap, after.heap).join(", ");
  return [`it holds ${(bytes / 2 ** 20).toFixed(1)} MB more than ${since}: ${most}`];
}
