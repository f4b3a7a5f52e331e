import type { Part } from "./procedure.ts";
import type { Scope } from "./reading.ts";
import { quoted, type Tree, told } from "./tree.ts";

interface Target {
  readonly thing: string;
  readonly name: string;
  readonly parts: Record<string, Part>;
}

/** Under which a step's parts tell where its target stands; those of a recording stand under `thing.property`. No pointer looks like either. */
export const targetPart = "target";

const target = /^([a-z][a-z0-9_]{0,63})\.([A-Za-z_][A-Za-z0-9_]{0,99})$/;

/** `thing.affordance`. */
export function readTarget(tree: Tree, scope: Scope, example: string): Target | undefined {
  const text = tree.sort === "leaf" && typeof tree.value === "string" ? tree.value : undefined;
  const [, thing, name] = target.exec(text ?? "") ?? [];
  if (thing !== undefined && name !== undefined)
    return { thing, name, parts: { [targetPart]: { place: scope.document.mistakes.place(tree.offset) } } };
  const why = text?.includes("$") ? "; what a procedure works with is no parameter" : "";
  const message = `${text === undefined ? told(tree) : quoted(text)} is no part of a Thing: say ${example}${why}`;
  scope.document.mistakes.note(tree.offset, scope.step, message);
  return undefined;
}
