import { InputError } from "../../errors.ts";
import { inPlainWords } from "../../in-plain-words.ts";
import { weigh } from "../../invocation/weigh.ts";
import { closed, validator } from "../../schema.ts";
import type { TSchema } from "../../typebox.ts";
import { type Mistakes, meant } from "./mistakes.ts";
import { readSchema } from "./read-schema.ts";
import { asTree, type Entry, quoted, told } from "./tree.ts";

const maxParameters = 100;

/** What a name may look like that stands behind a `$`. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** A value that is chosen when a procedure is begun. */
export interface Parameter {
  readonly schema: TSchema;
  readonly value: unknown;
  readonly unit: string | undefined;
  /** Roughly the bytes it takes in memory. */
  readonly weight: number;
}

interface Reading {
  readonly mistakes: Mistakes;
  readonly budget: { schemaParts: number };
  /** What it is begun with, by name; defaults for the others. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** What stands below `parameters:`. One that is wrong is there all the same, so that whoever names it is not wrong too. */
export function readParameters(
  entry: Entry | undefined,
  { mistakes, budget, given }: Reading,
): ReadonlyMap<string, Parameter | undefined> {
  const parameters = new Map<string, Parameter | undefined>();
  const tree = entry?.value;
  if (tree && tree.sort !== "group") {
    mistakes.note(
      entry.offset,
      "",
      `parameters are schemas by name, as in  limit: { type: number, default: 8.2 }, not ${told(tree)}`,
    );
    return parameters;
  }
  const entries = tree?.entries ?? new Map<string, Entry>();
  if (entries.size > maxParameters)
    mistakes.note(entry?.offset ?? 0, "", `a procedure has ${maxParameters} parameters at most, not ${entries.size}`);
  for (const [name, one] of [...entries].slice(0, maxParameters)) {
    if (!variableName.test(name))
      mistakes.note(one.offset, "", `${quoted(name)} cannot be a parameter: letters, digits and _, at most 64`);
    const chosen = Object.hasOwn(given, name) ? { value: given[name] } : undefined;
    parameters.set(name, readParameter(name, one, chosen, { mistakes, budget }));
  }
  for (const name of Object.keys(given))
    if (!entries.has(name)) {
      const known = [...entries.keys()];
      const hint = meant(name, known) || (known.length > 0 ? `; there are ${known.join(", ")}` : "; it has none");
      mistakes.note(entry?.offset ?? 0, "", `there is no parameter ${quoted(name)}${hint}`);
    }
  return parameters;
}

function readParameter(
  name: string,
  { offset, value: tree }: Entry,
  chosen: { readonly value: unknown } | undefined,
  { mistakes, budget }: Pick<Reading, "mistakes" | "budget">,
): Parameter | undefined {
  const schema = readSchema(tree, { mistakes, step: "", budget });
  if (!schema) return undefined;
  if (!("default" in schema)) {
    mistakes.note(offset, "", `the parameter ${name} has no default: with one the procedure can be checked as it is`);
    return undefined;
  }
  const usual = fitting(schema, schema.default, `the default of ${name}`);
  if (typeof usual === "string") {
    const at = tree.sort === "group" ? tree.entries.get("default")?.value.offset : undefined;
    mistakes.note(at ?? offset, "", usual);
    return undefined;
  }
  const found = chosen ? fitting(schema, chosen.value, `the value given for ${name}`) : usual;
  if (typeof found === "string") {
    mistakes.note(offset, "", found);
    return undefined;
  }
  const unit: unknown = "unit" in schema ? schema.unit : undefined;
  return { schema, value: found.value, unit: typeof unit === "string" ? unit : undefined, weight: weigh(found.value) };
}

/** The value with the defaults of its parts, or why it does not fit. */
export function fitting(schema: TSchema, value: unknown, what: string): { readonly value: unknown } | string {
  try {
    return { value: validator(closed(schema)).parse(value, what) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const words = error.issues.map((issue) => {
      const where = issue.path === "" ? what : `${issue.path.slice(1).replaceAll("/", ".")} in ${what}`;
      return `${where} ${inPlainWords(issue)}${issue.keyword === "required" ? "" : `, not ${told(asTree(issue.value))}`}`;
    });
    return words.join("; ");
  }
}
