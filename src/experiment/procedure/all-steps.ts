import type { Step } from "./procedure.ts";

/** These steps, and those that stand in them, in the order of the document. */
export function* allSteps(steps: readonly Step[]): Iterable<Step> {
  for (const step of steps) {
    yield step;
    if (step.kind === "repeat") yield* allSteps(step.steps);
    else if (step.kind === "parallel") yield* allSteps(Object.values(step.branches).flat());
    else if (step.kind === "try") yield* allSteps([...step.steps, ...step.onFailure]);
  }
}
