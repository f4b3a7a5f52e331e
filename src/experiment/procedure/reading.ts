import { InputError } from "../../errors.ts";
import { weigh } from "../../invocation/weigh.ts";
import { type Mistakes, meant } from "./mistakes.ts";
import type { Part } from "./procedure.ts";
import type { Parameter } from "./read-parameters.ts";
import { asText, escaped, lone, partsOf, type Reference, written } from "./template.ts";
import { quoted, type Tree } from "./tree.ts";

/** What parameters may add to a procedure, all places together; bytes. */
const maxFilled = 1024 * 1024;
/** Parts are told apart two levels deep; no longer pointer says where. */
const maxPointer = 200;
const maxPartDepth = 2;
const maxDepth = 20;

/** What holds for a whole document while it is read. */
export interface Document {
  readonly mistakes: Mistakes;
  /** Undefined are those that are wrong themselves. */
  readonly parameters: ReadonlyMap<string, Parameter | undefined>;
  readonly budget: { schemaParts: number; steps: number; filled: number };
}

/** What a step may name. */
export interface Scope {
  readonly document: Document;
  /** Its path. */
  readonly step: string;
  /** What earlier steps have given, by the names they gave it. */
  readonly outputs: ReadonlySet<string>;
}

export const newBudget = (schemaParts: number, steps: number): Document["budget"] => ({
  ...{ schemaParts, steps },
  filled: maxFilled,
});

/** A value with its parameters filled in, and where its parts stand. */
export function readGiven(tree: Tree, scope: Scope): { readonly value: unknown; readonly parts: Record<string, Part> } {
  const parts: Record<string, Part> = {};
  const fill = (one: Tree, pointer: string, depth: number): unknown => {
    const told = depth <= maxPartDepth && pointer.length <= maxPointer;
    const note = (unit?: string) => {
      if (told)
        parts[pointer] = { place: scope.document.mistakes.place(one.offset), ...(unit !== undefined && { unit }) };
    };
    if (one.sort === "leaf" && typeof one.value === "string") {
      const { value, unit } = fillText(one.value, one.offset, scope);
      note(unit);
      return value;
    }
    note();
    if (one.sort === "leaf") return one.value;
    if (depth >= maxDepth) {
      scope.document.mistakes.note(
        one.offset,
        scope.step,
        `what a step gives is nested ${maxDepth} levels deep at most`,
      );
      return null;
    }
    if (one.sort === "list") return one.items.map((item, i) => fill(item, `${pointer}/${i}`, depth + 1));
    const fields = [...one.entries].map(([name, { value }]) => {
      const below = told ? `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}` : pointer;
      return [name, fill(value, below, depth + 1)] as const;
    });
    return Object.fromEntries(fields);
  };
  return { value: fill(tree, "", 0), parts };
}

/** The same for a text; what it has of steps stays, for `fillIn`. */
export function fillText(
  text: string,
  offset: number,
  scope: Scope,
): { readonly value: unknown; readonly unit?: string | undefined } {
  const parts = refusing(offset, scope, () => partsOf(text)) ?? [""];
  const whole = lone(parts);
  if (whole) {
    const found = parameterAt(whole, offset, scope);
    return found ? { value: escapedIn(found.value), unit: found.unit } : { value: written(whole) };
  }
  const filled = parts.map((part) => {
    if (typeof part === "string") return escaped(part);
    const found = parameterAt(part, offset, scope);
    // With braces: what follows may be a part of no name.
    return found ? escaped(asText(found.value)) : `\${${[part.name, ...part.path].join(".")}}`;
  });
  return { value: filled.join("") };
}

/** What a reference to a parameter stands for; undefined for that to the output of a step, and for a wrong one, which is noted. */
export function parameterAt(
  wanted: Reference,
  offset: number,
  { document: { mistakes, parameters, budget }, step, outputs }: Scope,
): { readonly value: unknown; readonly unit: string | undefined } | undefined {
  const { name, path } = wanted;
  if (!parameters.has(name)) {
    if (outputs.has(name)) return undefined;
    const known = [...parameters.keys(), ...outputs];
    const hint = meant(name, known) || ": it is no parameter, and no step before has given it by `as:`";
    mistakes.note(offset, step, `nothing is called ${quoted(written({ name, path: [] }))}${hint}`);
    return undefined;
  }
  const parameter = parameters.get(name);
  if (!parameter) return undefined;
  let value = parameter.value;
  for (const field of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, field)) {
      mistakes.note(
        offset,
        step,
        `there is no ${quoted(written(wanted))}: ${name} is ${quoted(asText(parameter.value))}`,
      );
      return undefined;
    }
    value = (value as Readonly<Record<string, unknown>>)[field];
  }
  budget.filled -= path.length === 0 ? parameter.weight : weigh(value);
  if (budget.filled < 0) {
    mistakes.note(
      offset,
      step,
      `with its parameters filled in the procedure is larger than ${maxFilled / 2 ** 20} MiB`,
    );
    // It is so wherever else one stands.
    mistakes.refuse();
  }
  return { value, unit: path.length === 0 ? parameter.unit : undefined };
}

/** Notes that the output of a step stands where only a parameter can. */
export function refused(
  { name }: { readonly name: string },
  offset: number,
  { document, step, outputs }: Scope,
): undefined {
  if (document.parameters.has(name) || !outputs.has(name)) return;
  const message = `$${name} is what a step gives, which is not known before: only a parameter can stand here`;
  document.mistakes.note(offset, step, message);
}

/** What `work` returns; undefined when it throws an `InputError`, which is noted. */
export function refusing<T>(offset: number, { document: { mistakes }, step }: Scope, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    mistakes.note(offset, step, error.message);
    return undefined;
  }
}

/** What a parameter holds is no template, though it stands in one. */
function escapedIn(value: unknown): unknown {
  if (typeof value === "string") return escaped(value);
  if (Array.isArray(value)) return value.map(escapedIn);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, escapedIn(one)]));
}
