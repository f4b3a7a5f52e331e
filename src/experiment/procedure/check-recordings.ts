import { allSteps } from "./all-steps.ts";
import type { Checking } from "./checking.ts";
import { meant } from "./mistakes.ts";
import type { ParallelStep, Procedure, RepeatStep, Step } from "./procedure.ts";

/** What of recordings is known at a place: those that go on for certain, and all that may have been begun. */
interface State {
  readonly going: Set<string>;
  readonly begun: Set<string>;
}

/** Whether each recording is begun before it is stopped, and no two of one name go on at the same time. */
export function checkRecordings(on: Checking, { steps, onFailure }: Procedure): void {
  const state: State = { going: new Set(), begun: new Set() };
  walk(on, steps, state);
  // Whatever has failed, nobody knows what goes on.
  walk(on, onFailure, { going: new Set(), begun: state.begun });
}

function walk(on: Checking, list: readonly Step[], state: State): void {
  for (const step of list) follow(on, step, state);
}

function follow(on: Checking, step: Step, state: State): void {
  const { going, begun } = state;
  if (step.kind === "record") {
    if (going.has(step.name))
      on.note(step, "", `${step.name} is being recorded already: stop it before, or call this one otherwise`);
    going.add(step.name);
    begun.add(step.name);
  } else if (step.kind === "stopRecording") {
    if (!begun.has(step.name))
      on.note(step, "", `no step before records ${step.name}${meant(step.name, begun) || ": begin it with  record:"}`);
    going.delete(step.name);
  } else if (step.kind === "repeat") followRounds(on, step, state);
  else if (step.kind === "parallel") followBranches(on, step, state);
  else if (step.kind === "try") {
    const before = new Set(going);
    walk(on, step.steps, state);
    walk(on, step.onFailure, { going: new Set(), begun });
    // Nobody knows how far it has come.
    const stopped = namesIn([step], "stopRecording");
    for (const name of going) if (!before.has(name)) going.delete(name);
    for (const name of before) if (!stopped.has(name)) going.add(name);
  }
}

function followRounds(on: Checking, step: RepeatStep, state: State): void {
  const before = new Set(state.going);
  walk(on, step.steps, state);
  if (step.atMost === 1) return;
  for (const name of state.going)
    if (!before.has(name))
      on.note(
        step,
        "",
        `each round would begin ${name} again: record it before the repeat, or stop it in the same round`,
      );
}

function followBranches(on: Checking, step: ParallelStep, { going, begun }: State): void {
  const before = new Set(going);
  const recorders = new Map<string, string>();
  for (const [branch, steps] of Object.entries(step.branches)) {
    const own: State = { going: new Set(before), begun };
    walk(on, steps, own);
    for (const name of before) if (!own.going.has(name)) going.delete(name);
    for (const name of own.going) if (!before.has(name)) going.add(name);
    for (const name of namesIn(steps, "record")) {
      const other = recorders.get(name);
      if (other !== undefined) on.note(step, "", `${other} and ${branch} both record ${name}: call one otherwise`);
      recorders.set(name, branch);
    }
  }
}

/** The recordings that steps begin or stop, however deep. */
function namesIn(steps: readonly Step[], kind: "record" | "stopRecording"): ReadonlySet<string> {
  return new Set([...allSteps(steps)].flatMap((step) => (step.kind === kind && "name" in step ? [step.name] : [])));
}
