import type { Fields } from "./fields.ts";
import type { Place, Step } from "./procedure.ts";
import { variableName } from "./read-parameters.ts";
import type { Scope } from "./reading.ts";
import type { Entry, Tree } from "./tree.ts";

/** A step as it is read. */
export interface StepReading {
  /** What it does: the key of its kind, and what stands there. */
  readonly entry: Entry;
  readonly fields: Fields;
  readonly scope: Scope;
  readonly standing: { readonly path: string; readonly place: Place };
  /** What the steps before have given; what this one gives is added. */
  readonly outputs: Set<string>;
  /** A list of steps in it, which knows these outputs and adds its own. */
  below(tree: Tree, name: string, outputs: Set<string>): readonly Step[];
}

/** How an output is called from here on. */
export function readAs(fields: Fields, scope: Scope, outputs: Set<string>): string | undefined {
  const entry = fields.get("as");
  const name = fields.name(entry, "as", variableName);
  if (entry === undefined || name === undefined) return undefined;
  if (scope.document.parameters.has(name)) {
    fields.note(entry.value.offset, `$${name} is a parameter already: call this something else`);
    return undefined;
  }
  outputs.add(name);
  return name;
}
