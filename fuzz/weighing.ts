import type { Examined } from "./gateway-process.ts";

/** What the gateway held in the calm after the warm-up, in the middle of what came then, and in the end. */
export interface Weighed {
  readonly warm: Examined;
  readonly middle: Examined;
  readonly end: Examined;
}

/** So much may be in use beyond what was after the warm-up; bytes. */
export const maxGrowth = 3 * 2 ** 20;
/**
 * And of that so much since the middle: code that is met late, and what is kept of it, comes ever more rarely. What is kept
 * of each request comes as often as ever.
 */
export const maxLateGrowth = 1.5 * 2 ** 20;
/** Of whoever puts the bench in order. */
const ownConnections = 2;
/** Of a kind, for what goes on by itself. */
const maxMoreHandles = 5;

/** What has become more that should not have. */
export function grown({ warm, middle, end }: Weighed): readonly string[] {
  const handles = Object.entries(end.handles).map(([kind, count]) => [kind, count, warm.handles[kind] ?? 0] as const);
  return [
    ...more(end.heap - warm.heap, maxGrowth, "after the warm-up"),
    ...more(end.heap - middle.heap, maxLateGrowth, "in the middle of the run"),
    ...(end.connections > ownConnections ? [`${end.connections} connections are still open`] : []),
    ...handles
      .filter(([, count, before]) => count > before + maxMoreHandles)
      .map(([kind, count, before]) => `${count} ${kind} are open, and were ${before}`),
  ];
}

const more = (bytes: number, max: number, since: string): readonly string[] =>
  bytes > max ? [`it holds ${(bytes / 2 ** 20).toFixed(1)} MB more than ${since}`] : [];
