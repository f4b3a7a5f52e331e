import type { Condition } from "../../condition.ts";
import { allSteps } from "../procedure/all-steps.ts";
import type { InvokeStep, Procedure, SetStep, Step } from "../procedure/procedure.ts";
import { stepText } from "./step-text.ts";

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

/** What a procedure does, in the order of its document: each step with its place, in a line. */
export const outlineOf = (procedure: Procedure) =>
  stepsOf(procedure).map((step) => ({ path: step.path, line: step.place.line, text: stepText(step) }));

const readBy = (condition: Condition | undefined) => (condition ? [condition.thing] : []);
