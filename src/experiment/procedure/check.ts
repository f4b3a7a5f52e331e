import type { Mistake } from "../../experiment-errors.ts";
import { checkCondition } from "./check-condition.ts";
import { checkGiven, checkReference } from "./check-given.ts";
import { checkRecordings } from "./check-recordings.ts";
import { type Bench, Checking, type Outputs } from "./checking.ts";
import type { InvokeStep, Procedure, RecordStep, SetStep, Step } from "./procedure.ts";
import { targetPart } from "./read-target.ts";
import { partsOf } from "./template.ts";

/**
 * What keeps a procedure from being run with these Things, in the order of the document: names that they have not, values
 * that do not fit, units that differ, conditions that never hold. What only shows while it runs, a dry run shows.
 */
export function checkProcedure(procedure: Procedure, bench: Bench): readonly Mistake[] {
  const on = new Checking(procedure, bench);
  checkSteps(on, procedure.steps, new Map());
  checkSteps(on, procedure.onFailure, new Map());
  checkRecordings(on, procedure);
  return on.mistakes;
}

/** Those that are given in the steps are added to `outputs`. */
function checkSteps(on: Checking, steps: readonly Step[], outputs: Outputs): void {
  for (const step of steps) {
    if (on.full) return;
    checkStep(on, step, outputs);
  }
}

function checkStep(on: Checking, step: Step, outputs: Outputs): void {
  if (step.kind === "invoke") checkInvoke(on, step, outputs);
  else if (step.kind === "set") checkSet(on, step, outputs);
  else if (step.kind === "waitUntil") checkCondition(on, step, step.condition);
  else if (step.kind === "record") checkRecord(on, step);
  else if (step.kind === "ask") {
    for (const part of partsOf(step.message)) if (typeof part === "object") checkReference(on, step, part, "", outputs);
    if (step.as !== undefined) outputs.set(step.as, [step.schema]);
  } else if (step.kind === "repeat") {
    checkSteps(on, step.steps, outputs);
    if (step.until) checkCondition(on, step, step.until);
  } else if (step.kind === "parallel") {
    const before = new Map(outputs);
    for (const branch of Object.values(step.branches)) {
      const own = new Map(before);
      checkSteps(on, branch, own);
      for (const [name, schemas] of own) if (before.get(name) !== schemas) outputs.set(name, schemas);
    }
  } else if (step.kind === "try") {
    const [tried, mended] = [new Map(outputs), new Map(outputs)];
    checkSteps(on, step.steps, tried);
    checkSteps(on, step.onFailure, mended);
    for (const [name, schemas] of tried)
      if (mended.has(name)) outputs.set(name, [...new Set([...schemas, ...(mended.get(name) ?? [])])]);
  }
}

function checkInvoke(on: Checking, step: InvokeStep, outputs: Outputs): void {
  const { thing, action: name, input, as } = step;
  const action = on.action(step, thing, name);
  const contract = action && on.contract(step, thing);
  if (contract) {
    const what = `the input of ${thing}.${name}`;
    const judge = (value: unknown) => contract.input(name, value);
    checkGiven(on, step, input, outputs, { what, schema: action.input, judge });
  }
  if (as === undefined) return;
  if (action && !action.output)
    on.note(step, "", `${thing}.${name} gives nothing that could be called $${as}: leave out as`);
  outputs.set(as, [action?.output]);
}

function checkSet(on: Checking, step: SetStep, outputs: Outputs): void {
  const { thing, property: name, to } = step;
  const property = on.property(step, thing, name);
  const contract = property && on.contract(step, thing);
  if (!contract) return;
  if (property.readOnly) {
    on.note(step, targetPart, `${thing}.${name} is read-only: nobody can set it`);
    return;
  }
  const judge = (value: unknown) => contract.value(name, value);
  checkGiven(on, step, to, outputs, { what: `${thing}.${name}`, schema: property.schema, judge });
}

function checkRecord(on: Checking, step: RecordStep): void {
  for (const { thing, property: name } of step.properties) {
    const property = on.property(step, thing, name, `${thing}.${name}`);
    if (property && step.everyMs === undefined && !property.observable)
      on.note(
        step,
        `${thing}.${name}`,
        `nobody is told when ${thing}.${name} changes: record it every so often, every: 2 s`,
      );
  }
}
