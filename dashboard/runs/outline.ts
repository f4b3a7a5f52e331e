import type { OutlineStep, Position, Run } from "./shapes.ts";

/** A step with those that stand in it. */
export interface StepNode extends OutlineStep {
  readonly steps: readonly StepNode[];
}

/** Steps as they stand in one another: `steps[3].repeat[0]` is in `steps[3]`. */
export function treeOf(outline: readonly OutlineStep[]): readonly StepNode[] {
  const nodes = new Map<string, OutlineStep & { readonly steps: StepNode[] }>();
  const roots: StepNode[] = [];
  for (const step of outline) {
    const node = { ...step, steps: [] };
    nodes.set(step.path, node);
    (nodes.get(parentOf(step.path))?.steps ?? roots).push(node);
  }
  return roots;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf(".")));

/** Which list a step stands in: `arm` of `steps[1].arm[0]`. */
export const listOf = (path: string): string => path.slice(path.lastIndexOf(".") + 1).replace(/\[\d+\]$/, "");

/**
 * `here`: the run is at it, or has ended there; `within`: at a step in it; `done`: it has come past it, in this round;
 * `ahead`: not yet, or not at all.
 */
export type Standing = "here" | "within" | "done" | "ahead";

/** Where a run is with regard to a step. */
export function standingOf(path: string, positions: readonly Pick<Position, "path">[], state: string): Standing {
  if (state === "completed") return path.startsWith("onFailure") ? "ahead" : "done";
  const paths = positions.map((one) => one.path);
  if (paths.includes(path)) return "here";
  if (paths.some((one) => one.startsWith(`${path}.`))) return "within";
  return paths.some((one) => isBefore(path, one)) ? "done" : "ahead";
}

/** Whether a step, or one that it stands in, comes before another in the same list. */
function isBefore(path: string, other: string): boolean {
  const [mine, its] = [path.split("."), other.split(".")];
  const n = mine.findIndex((part, at) => part !== its[at]);
  const [a, b] = [/^(.*)\[(\d+)\]$/.exec(mine[n] ?? ""), /^(.*)\[(\d+)\]$/.exec(its[n] ?? "")];
  return a !== null && b !== null && a[1] === b[1] && Number(a[2]) < Number(b[2]);
}

/** A run that has not ended. */
export const goesOn = ({ state }: Pick<Run, "state">): boolean =>
  ["pending", "running", "pausing", "paused"].includes(state);

/** When it is to be over, as a dry run has foretold; ms since 1970. Bench time goes `timeScale` times as fast. */
export function expectedEnd({ timeStarted, expectedMs }: Pick<Run, "timeStarted" | "expectedMs">, timeScale: number) {
  return timeStarted === null || expectedMs === null ? undefined : Date.parse(timeStarted) + expectedMs / timeScale;
}

/** In which lines it is, or was when it did not come to its end. */
export const linesOf = ({ state, positions }: Pick<Run, "state" | "positions">): readonly number[] =>
  state === "completed" ? [] : positions.map(({ line }) => line);

/** What it waits for, in words; empty when it waits for nothing. That it has ended is told before what it waited for is. */
export function waitText({ state, waitingFor }: Pick<Run, "state" | "waitingFor">): string {
  if (!goesOn({ state })) return "";
  if (state === "pausing") return "begins no further step: what has begun goes on to its end";
  if (waitingFor === "operator") return "waits for an answer";
  if (waitingFor === "resume") return "is paused";
  return waitingFor ? `waits for ${waitingFor}` : "";
}

/** The name and version of a stored procedure; undefined for a file. */
export function storedAs(file: string | null): { readonly name: string; readonly version: number } | undefined {
  const found = /^([a-z0-9][a-z0-9_-]*)@(\d+)$/i.exec(file ?? "");
  return found ? { name: found[1] ?? "", version: Number(found[2]) } : undefined;
}

/** In which line a mistake is, from 1 on; undefined where it is in none. */
export function lineOf({ at }: { readonly at: string }): number | undefined {
  const found = /:(\d+):\d+$/.exec(at);
  return found ? Number(found[1]) : undefined;
}
