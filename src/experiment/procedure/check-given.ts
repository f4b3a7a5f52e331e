import { InputError, type Issue } from "../../errors.ts";
import { inPlainWords } from "../../in-plain-words.ts";
import type { TSchema } from "../../typebox.ts";
import type { Checking, Outputs } from "./checking.ts";
import { meant } from "./mistakes.ts";
import type { Step } from "./procedure.ts";
import { fieldsAt, schemaAt, typesAt, unitAt } from "./schema-at.ts";
import { lone, partsOf, type Reference, written } from "./template.ts";
import { asTree, told } from "./tree.ts";

/** What a step has to give. */
export interface Wanted {
  /** For messages: `the input of pump.dispense`. */
  readonly what: string;
  readonly schema: TSchema | undefined;
  /** Throws an `InputError` for what does not fit. */
  judge(value: unknown): unknown;
}

/** A reference to what a step gives, and where it stands. */
interface Named {
  readonly pointer: string;
  /** It stands there alone, so that what it stands for keeps its type. */
  readonly alone: Reference | undefined;
}

/** Hold what a step gives against what is wanted. What is known only when it runs is held against it as far as its type and its unit. */
export function checkGiven(on: Checking, step: Step, given: unknown, outputs: Outputs, wanted: Wanted): void {
  const named: Named[] = [];
  const known = knownIn(given, "", (pointer, parts) => {
    for (const part of parts) if (typeof part === "object") checkReference(on, step, part, pointer, outputs);
    named.push({ pointer, alone: lone(parts) });
  });
  for (const { pointer, alone } of named) if (alone) checkKinship(on, step, pointer, alone, outputs, wanted);
  for (const [pointer, { unit }] of Object.entries(step.parts ?? {}))
    if (unit !== undefined) checkUnit(on, step, pointer, unit, wanted);
  try {
    wanted.judge(known);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const issue of error.issues) if (!named.some((one) => excuses(one, issue))) noteIssue(on, step, issue, wanted);
  }
}

/** `given` with its texts as they will be, as far as that is known; told of each text in which it is not. */
function knownIn(
  given: unknown,
  pointer: string,
  tell: (pointer: string, parts: ReturnType<typeof partsOf>) => void,
): unknown {
  if (typeof given === "string") {
    const parts = partsOf(given);
    if (parts.some((part) => typeof part === "object")) tell(pointer, parts);
    return parts.map((part) => (typeof part === "object" ? written(part) : part)).join("");
  }
  if (Array.isArray(given)) return given.map((one, i) => knownIn(one, `${pointer}/${i}`, tell));
  if (typeof given !== "object" || given === null) return given;
  const fields = Object.entries(given).map(([name, one]) => {
    const below = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return [name, knownIn(one, below, tell)] as const;
  });
  return Object.fromEntries(fields);
}

/** Whether what a step gives has the part that is named. */
export function checkReference(
  on: Checking,
  step: Step,
  { name, path }: Reference,
  pointer: string,
  outputs: Outputs,
): void {
  for (const schema of outputs.get(name) ?? [])
    for (const [i, field] of path.entries()) {
      const before = path.slice(0, i);
      const fields = schema && fieldsAt(schema, before);
      if (!fields || fields.includes(field)) continue;
      const hint = meant(field, fields) || (fields.length > 0 ? `: it has ${fields.join(", ")}` : ": it has no parts");
      on.note(step, pointer, `${written({ name, path: before })} has no "${field}"${hint}`);
      return;
    }
}

/** Whether what a step gives has the type and the unit that are wanted where it stands. */
function checkKinship(
  on: Checking,
  step: Step,
  pointer: string,
  reference: Reference,
  outputs: Outputs,
  wanted: Wanted,
): void {
  const takes = typesAt(wanted.schema, pathOf(pointer));
  for (const schema of outputs.get(reference.name) ?? []) {
    const has = typesAt(schema, reference.path);
    if (has && takes && ![...has].some((one) => takes.has(one))) {
      const [want, is] = [takes, has].map((types) => [...types].map((type) => words[type] ?? type).join(" or "));
      on.note(step, pointer, `${partOf(pointer, wanted)} must be ${want}, and ${written(reference)} is ${is}`);
      return;
    }
    const unit = unitAt(schema, reference.path);
    if (unit !== undefined) checkUnit(on, step, pointer, unit, wanted, written(reference));
  }
}

const words: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  object: "a group of settings",
  array: "a list",
  null: "nothing",
};

/** Nobody converts units here: what is given in another is given wrong. */
export function checkUnit(
  on: Checking,
  step: Step,
  pointer: string,
  unit: string,
  wanted: Pick<Wanted, "what" | "schema">,
  who = "the parameter",
): void {
  const takes = unitAt(wanted.schema, pathOf(pointer));
  if (takes === undefined || plain(takes) === plain(unit)) return;
  on.note(step, pointer, `${partOf(pointer, wanted)} is in ${takes}, and ${who} in ${unit}: give it in ${takes}`);
}

/** The litre has two spellings. */
const plain = (unit: string) =>
  unit.replaceAll(/[A-Za-z]+/g, (word) => (/^[munkdc]?l$/.test(word) ? `${word.slice(0, -1)}L` : word));

/** Whether it may fit when what is named is known. */
function excuses({ pointer, alone }: Named, { path, keyword }: Issue): boolean {
  // Whatever a text becomes, it is a text.
  if (path === pointer) return alone !== undefined || keyword !== "type";
  if (path.startsWith(`${pointer}/`)) return alone !== undefined;
  return pointer.startsWith(path === "" ? "" : `${path}/`) && choices.has(keyword);
}

/** They judge a value as a whole, and so whatever is in it. */
const choices: ReadonlySet<string> = new Set([
  "anyOf",
  "oneOf",
  "allOf",
  "not",
  "if",
  "contains",
  "uniqueItems",
  "const",
  "enum",
  "schema",
]);

function noteIssue(on: Checking, step: Step, issue: Issue, wanted: Wanted): void {
  const path = pathOf(issue.path);
  const name = path.at(-1) ?? "";
  const around = schemaAt(wanted.schema, path.slice(0, -1));
  const { properties = {} } = (around ?? {}) as { readonly properties?: object };
  const names = Object.keys(properties);
  const place = issue.path.slice(0, issue.path.lastIndexOf("/"));
  if (issue.keyword === "additionalProperties") {
    const hint = meant(name, names) || (names.length > 0 ? `: it has ${names.join(", ")}` : ": it takes nothing");
    on.note(step, issue.path, `${partOf(place, wanted)} has no "${name}"${hint}`);
  } else if (issue.keyword === "required" && name !== "") {
    on.note(step, place, `${partOf(place, wanted)} needs "${name}": add it`);
  } else if (issue.keyword === "required") on.note(step, place, `${wanted.what} is missing`);
  else
    on.note(step, issue.path, `${partOf(issue.path, wanted)} ${inPlainWords(issue)}, not ${told(asTree(issue.value))}`);
}

/** A part of what is wanted, by its name. */
const partOf = (pointer: string, { what }: Pick<Wanted, "what">) =>
  pointer === "" ? what : `${pathOf(pointer).join(".")} in ${what}`;

const pathOf = (pointer: string) =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
