import { createHash } from "node:crypto";
import { Fields, topScope } from "./fields.ts";
import type { Procedure, Step } from "./procedure.ts";
import { maxBranches } from "./read-nested.ts";
import { readParameters } from "./read-parameters.ts";
import { maxSchemaParts } from "./read-schema.ts";
import { maxSteps, readSteps } from "./read-steps.ts";
import { readTree } from "./read-tree.ts";
import { type Document, newBudget } from "./reading.ts";
import { type Entry, told } from "./tree.ts";

export interface Written {
  readonly text: string;
  /** As it is named in messages. */
  readonly file: string;
  /** What is begun with, by name; the defaults of the others. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
}

/** A procedure, with what can be chosen when it is begun. */
export interface ReadProcedure extends Procedure {
  /** JSON Schema of each parameter. */
  readonly parameterSchemas: Readonly<Record<string, object>>;
}

/**
 * A procedure as it is written, YAML 1.2 or JSON, with its parameters filled in. Throws a `ProcedureError` with every
 * mistake in it. What it works with is held against the Things of a bench by `checkProcedure`.
 */
export function readProcedure({ text, file, parameters: given = {} }: Written): ReadProcedure {
  const { tree, mistakes } = readTree(text, file);
  mistakes.refuse();
  if (tree?.sort !== "group") {
    mistakes.note(
      tree?.offset ?? 0,
      "",
      `a procedure begins with  title:  and  steps:, not with ${tree ? told(tree) : "nothing"}`,
    );
    mistakes.refuse();
  }
  const top = tree as Extract<typeof tree, { sort: "group" }>;
  const budget = newBudget(maxSchemaParts, maxSteps);
  const parameters = readParameters(top.entries.get("parameters"), { mistakes, budget, given });
  const document: Document = { mistakes, parameters, budget };
  const fields = new Fields(top, topScope(document), "a procedure");
  fields.only(["title", "description", "parameters", "steps", "onFailure"]);
  const title = fields.text(fields.need("title", "title: Titration"), "title", 200) ?? "";
  const description = fields.text(fields.get("description"), "description", 5000, true);
  const list = (entry: Entry | undefined, path: string) =>
    entry ? readSteps(entry.value, { document, path, step: "", depth: 1, outputs: new Set() }) : [];
  const steps = list(fields.need("steps", "steps: and a list below it"), "steps");
  // Whatever has failed, nobody knows what was given before.
  const onFailure = list(fields.get("onFailure"), "onFailure");
  for (const branches of [steps, onFailure].map(atOnce))
    if (branches > maxBranches)
      mistakes.note(0, "", `${maxBranches} branches may go on at the same time altogether, not ${branches}`);
  mistakes.refuse();
  const values = [...parameters].map(([name, parameter]) => [name, parameter?.value]);
  const schemas = [...parameters].map(([name, parameter]) => [name, parameter?.schema]);
  return {
    ...{ title, description, file },
    sha256: createHash("sha256").update(text).digest("hex"),
    parameters: Object.fromEntries(values),
    parameterSchemas: Object.fromEntries(schemas),
    ...{ steps, onFailure },
  };
}

/** How many branches of these steps go on at the same time, at most. */
function atOnce(steps: readonly Step[]): number {
  const each = steps.map((step) => {
    if (step.kind === "repeat") return atOnce(step.steps);
    if (step.kind === "try") return Math.max(atOnce(step.steps), atOnce(step.onFailure));
    if (step.kind !== "parallel") return 1;
    return Object.values(step.branches).reduce((sum, branch) => sum + atOnce(branch), 0);
  });
  return Math.max(1, ...each);
}
