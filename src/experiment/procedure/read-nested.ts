import { fieldsOf } from "./fields.ts";
import type { Step } from "./procedure.ts";
import { readCondition } from "./read-condition.ts";
import { variableName } from "./read-parameters.ts";
import type { StepReading } from "./step-reading.ts";
import { quoted } from "./tree.ts";

const maxRounds = 1_000_000;
/** In one step, and all that go on at the same time together. */
export const maxBranches = 32;

export function readRepeat({ entry, fields, scope, standing, outputs, below }: StepReading): Step | undefined {
  fields.only(["repeat"]);
  const inner = fieldsOf(entry.value, scope, "a repeat step", "repeat: { times: 5, steps: [ … ] }");
  if (!inner) return undefined;
  inner.only(["times", "until", "atMost", "steps"]);
  const times = inner.get("times");
  const until = inner.get("until");
  if ((times === undefined) === (until === undefined))
    inner.note(entry.offset, "a repeat step says  times: 5,  or  until: ph.ph >= 8  with  atMost: 100");
  if (times && inner.get("atMost")) inner.note(entry.offset, "atMost is for until: leave it out, times says how often");
  const list = inner.need("steps", "steps: and a list below it");
  // Steps are done once before anything is looked at, so all that they give is there afterwards.
  const steps = list ? below(list.value, "repeat", outputs) : [];
  const rounds = times ?? (until && inner.need("atMost", "atMost: 100, as nothing goes on for ever"));
  const atMost = inner.count(rounds, times ? "times" : "atMost", maxRounds);
  const read = until && readCondition(until.value, scope);
  if (atMost === undefined || (until && !read)) return undefined;
  return { kind: "repeat", ...standing, parts: read?.parts, until: read?.condition, atMost, steps };
}

export function readParallel({ entry, fields, standing, outputs, below }: StepReading): Step | undefined {
  fields.only(["parallel"]);
  const { value: tree } = entry;
  if (tree.sort !== "group" || tree.entries.size === 0) {
    fields.note(
      tree.offset,
      "a parallel step has lists of steps by name, as in  parallel: { heat: [ … ], mix: [ … ] }",
    );
    return undefined;
  }
  if (tree.entries.size > maxBranches) {
    fields.note(tree.offset, `a parallel step has ${maxBranches} branches at most, not ${tree.entries.size}`);
    return undefined;
  }
  const givers = new Map<string, string>();
  const branches = [...tree.entries].map(([name, { offset, value }]) => {
    const sound = variableName.test(name);
    if (!sound)
      fields.note(offset, `${quoted(name)} cannot be the name of a branch: letters, digits and _, at most 64`);
    const known = new Set(outputs);
    const before = new Set(outputs);
    // What is refused as a name may be as long and as odd as it likes: it is no part of a place.
    const steps = below(value, sound ? name : "parallel", known);
    for (const given of known) {
      if (before.has(given)) continue;
      const other = givers.get(given);
      if (other !== undefined)
        fields.note(
          offset,
          `$${given} is given by ${other} already, and nobody knows which comes last: call one otherwise`,
        );
      givers.set(given, name);
    }
    return [name, steps] as const;
  });
  for (const name of givers.keys()) outputs.add(name);
  return { kind: "parallel", ...standing, branches: Object.fromEntries(branches) };
}

export function readTry({ entry, fields, standing, outputs, below }: StepReading): Step | undefined {
  fields.only(["try", "onFailure"]);
  // Nobody knows how far it has come when it fails: only what both of them give is there afterwards.
  const tried = new Set(outputs);
  const mended = new Set(outputs);
  const steps = below(entry.value, "try", tried);
  const list = fields.need("onFailure", "onFailure: and a list below it, what to do then");
  const onFailure = list ? below(list.value, "onFailure", mended) : [];
  for (const name of tried) if (mended.has(name)) outputs.add(name);
  return { kind: "try", ...standing, steps, onFailure };
}
