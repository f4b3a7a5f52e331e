import type { Condition } from "../../condition.ts";
import { allSteps } from "../procedure/all-steps.ts";
import type { InvokeStep, Procedure, SetStep, Step } from "../procedure/procedure.ts";

const stepsOf = ({ steps, onFailure }: Procedure): readonly Step[] => [...allSteps([...steps, ...onFailure])];

/** The steps that do something to a Thing. */
export const actsOf = (procedure: Procedure): readonly (InvokeStep | SetStep)[] =>
  stepsOf(procedure).flatMap((step) => (step.kind === "invoke" || step.kind === "set" ? [step] : []));

/** The names of all Things that a procedure uses, or only reads; sorted. */
export function thingsOf(procedure: Procedure): readonly string[] {
  const all = stepsOf(procedure).flatMap((step): readonly string[] => {
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
