import type { InvocationState, Step } from "./invocation-state.ts";

/** What goes on at a Thing, as far as this page has been told. */
export interface Doing {
  /** Its own, that run. */
  readonly running: readonly InvocationState[];
  /** Those of others that use it now, with what they do there. */
  readonly used: readonly { readonly by: InvocationState; readonly step: Step }[];
  /** How many of its own wait for their turn. */
  readonly waiting: number;
}

const nothing: Doing = { running: [], used: [], waiting: 0 };

/** By the names of the Things; reads what it tells of, so that who computes it is told of changes. */
export function doingOf(invocations: Iterable<InvocationState>): (thing: string) => Doing {
  const all = new Map<string, { running: InvocationState[]; used: Doing["used"][number][]; waiting: number }>();
  const at = (thing: string) => {
    const known = all.get(thing) ?? { running: [], used: [], waiting: 0 };
    all.set(thing, known);
    return known;
  };
  for (const one of invocations) {
    const { status } = one.told.value;
    if (status === "pending") at(one.thing).waiting++;
    if (status !== "running") continue;
    at(one.thing).running.push(one);
    for (const step of one.steps.value)
      if (step.status === "running" && step.thing !== one.thing) at(step.thing).used.push({ by: one, step });
  }
  return (thing) => all.get(thing) ?? nothing;
}
