import type { Condition } from "../../condition.ts";
import { allSteps } from "../procedure/all-steps.ts";
import type { InvokeStep, Procedure, SetStep, Step } from "../procedure/procedure.ts";

/** All steps of a procedure, those within others too, in the order in which they are written. */
export function* stepsOf({ steps, onFailure }: Pick<Procedure, "steps" | "onFailure">): Iterable<Step> {
  yield* allSteps(steps);
  yield* allSteps(onFailure);
}

/** Those that do something to a Thing. */
export const actsOf = (procedure: Procedure): readonly (InvokeStep | SetStep)[] =>
  [...stepsOf(procedure)].flatMap((step) => (step.kind === "invoke" || step.kind === "set" ? [step] : []));

/** The names of all Things that it uses, or only reads; sorted. */
export function thingsOf(procedure: Procedure): readonly string[] {
  const all = [...stepsOf(procedure)].flatMap((step): readonly string[] => {
    switch (step.kind) {
      case "invoke":
      case "set":
        return [step.thing];
      case "waitUntil":
        return readBy(step.condition);
      case "repeat":
        return readBy(step.until);
      case "record":
        return step.properties.map(({ thing }) => thing);
      default:
        return [];
    }
  });
  return [...new Set(all)].sort();
}

const readBy = (condition: Condition | undefined) => (condition ? [condition.thing] : []);
