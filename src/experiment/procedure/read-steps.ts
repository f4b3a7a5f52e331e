import { Fields } from "./fields.ts";
import { meant } from "./mistakes.ts";
import type { Step } from "./procedure.ts";
import type { Document } from "./reading.ts";
import { quotedKinds, stepKinds } from "./step-kinds.ts";
import { quoted, type Tree, told } from "./tree.ts";

/** Steps in one procedure, and how deep they may stand in one another. */
export const maxSteps = 1000;
const maxDepth = 10;

/** Where a list of steps stands. */
export interface Where {
  readonly document: Document;
  /** Of the list: `steps`, `steps[3].repeat`. */
  readonly path: string;
  /** Of the step that the list belongs to. */
  readonly step: string;
  readonly depth: number;
  /** What is known by a name when the list begins; the names that its steps give are added. */
  readonly outputs: Set<string>;
}

/** A list of steps; those that are wrong are noted and left out. */
export function readSteps(tree: Tree, where: Where): readonly Step[] {
  const { document, path, step, depth } = where;
  const { mistakes, budget } = document;
  if (tree.sort !== "list" || tree.items.length === 0) {
    const instead = tree.sort === "list" ? "an empty list" : told(tree);
    mistakes.note(tree.offset, step, `steps are a list, as in  - wait: 10 s, not ${instead}`);
    return [];
  }
  if (depth > maxDepth) {
    mistakes.note(tree.offset, step, `steps stand inside of one another ${maxDepth} levels deep at most`);
    return [];
  }
  budget.steps -= tree.items.length;
  if (budget.steps < 0) {
    mistakes.note(tree.offset, step, `a procedure has ${maxSteps} steps at most: repeat what comes again`);
    return [];
  }
  return tree.items.flatMap((one, i) => readStep(one, { ...where, path: `${path}[${i}]` }) ?? []);
}

function readStep(tree: Tree, { document, path, depth, outputs }: Where): Step | undefined {
  const scope = { document, step: path, outputs };
  const { mistakes } = document;
  if (tree.sort !== "group") {
    mistakes.note(tree.offset, path, `a step says what to do, as in  wait: 10 s, not ${told(tree)}`);
    return undefined;
  }
  const names = [...tree.entries.keys()];
  const [kind, other] = names.filter((name) => Object.hasOwn(stepKinds, name));
  const entry = kind === undefined ? undefined : tree.entries.get(kind);
  const read = kind === undefined ? undefined : stepKinds[kind];
  if (!entry || !read) {
    const [first = ""] = names;
    const hint = first === "" ? "" : meant(first, Object.keys(stepKinds));
    mistakes.note(
      tree.offset,
      path,
      `${first === "" ? "nothing" : quoted(first)} is nothing to do${hint || `: a step begins with ${quotedKinds}`}`,
    );
    return undefined;
  }
  if (other !== undefined) {
    const at = tree.entries.get(other)?.offset ?? tree.offset;
    mistakes.note(at, path, `a step does one thing, ${kind} or ${other}: begin another with a dash`);
    return undefined;
  }
  const place = mistakes.place(tree.offset);
  const fields = new Fields(tree, scope, `${kind === undefined || /^[aeiou]/.test(kind) ? "an" : "a"} ${kind} step`);
  const below = (list: Tree, name: string, known: Set<string>) =>
    readSteps(list, { document, path: `${path}.${name}`, step: path, depth: depth + 1, outputs: known });
  return read({ entry, fields, scope, standing: { path, place }, outputs, below });
}
