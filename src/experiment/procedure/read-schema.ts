import { isSafePattern } from "../../schema-cost.ts";
import { unitProblem } from "../../thing/ucum/parse.ts";
import { suggestedUnit } from "../../thing/ucum/suggest.ts";
import type { TSchema } from "../../typebox.ts";
import { type Mistakes, meant } from "./mistakes.ts";
import { type Group, plainValue, quoted, type Tree, told } from "./tree.ts";

/** Schemas in one document may have so many parts altogether: each is made ready to judge with. */
export const maxSchemaParts = 2000;
/** How deep values may be nested, as far as schemas say. */
const maxDepth = 8;
/** More words than this are no list of words. */
const maxEnum = 1000;
const maxUnique = 1000;
const maxChoices = 20;
const maxFields = 200;

/** Told where one is written. */
interface Judging {
  readonly mistakes: Mistakes;
  /** The path of the step, empty for a parameter. */
  readonly step: string;
  /** How many parts there may be yet. */
  readonly budget: { schemaParts: number };
}

type Judge = (tree: Tree, name: string, on: Judging, depth: number) => string | undefined;

const leaf = (wanted: string, fits: (value: unknown) => boolean): Judge => {
  return (tree, name) => (tree.sort === "leaf" && fits(tree.value) ? undefined : `${name} is ${wanted}`);
};
const text = leaf("a text", (value) => typeof value === "string");
const number = leaf("a number", (value) => typeof value === "number");
const flag = leaf("true or false", (value) => typeof value === "boolean");
const positive = leaf("a number above 0", (value) => typeof value === "number" && value > 0);
const count = leaf("a whole number from 0", (value) => Number.isSafeInteger(value) && Number(value) >= 0);
const anything: Judge = () => undefined;

const types: readonly string[] = ["string", "number", "integer", "boolean", "null", "object", "array"];

/** The words of JSON Schema that a procedure knows. What costs time for some values, or refers elsewhere, is not among them. */
const words: Readonly<Record<string, Judge>> = {
  type: (tree, name) => {
    if (types.includes(String(plainValue(tree)))) return undefined;
    const given = tree.sort === "leaf" && typeof tree.value === "string" ? meant(tree.value, types) : "";
    return `${name} is one of ${types.join(", ")}${given}`;
  },
  title: text,
  description: text,
  unit: unitWord,
  default: anything,
  examples: (tree, name) => (tree.sort === "list" ? undefined : `${name} is a list of values`),
  const: anything,
  enum: (tree, name) => {
    if (tree.sort !== "list" || tree.items.length === 0) return `${name} is a list of the values there may be`;
    return tree.items.length > maxEnum ? `${name} has ${maxEnum} values at most: take a text` : undefined;
  },
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: positive,
  minLength: count,
  maxLength: count,
  pattern,
  items: part,
  minItems: count,
  maxItems: count,
  uniqueItems: flag,
  properties: (tree, name, on, depth) => {
    if (tree.sort !== "group") return `${name} are schemas by name`;
    if (tree.entries.size > maxFields) return `there are ${maxFields} ${name} at most, not ${tree.entries.size}`;
    for (const { value } of tree.entries.values()) judge(value, on, depth + 1);
    return undefined;
  },
  required: (tree, name) => {
    const names =
      tree.sort === "list" && tree.items.every((one) => one.sort === "leaf" && typeof one.value === "string");
    return names ? undefined : `${name} is a list of names`;
  },
  additionalProperties: (tree, name, on, depth) =>
    tree.sort === "leaf" ? flag(tree, name, on, depth) : part(tree, name, on, depth),
  minProperties: count,
  maxProperties: count,
  anyOf: several,
  oneOf: several,
};

/** A JSON Schema, in the words that a procedure knows; undefined when anything is wrong with it, which is noted then. */
export function readSchema(tree: Tree, on: Judging): TSchema | undefined {
  const before = on.mistakes.count;
  judge(tree, on, 0);
  return on.mistakes.count === before ? (plainValue(tree) as TSchema) : undefined;
}

function judge(tree: Tree, on: Judging, depth: number): void {
  const { mistakes, step, budget } = on;
  const refuse = (offset: number, message: string) => mistakes.note(offset, step, message);
  if (tree.sort !== "group") {
    refuse(tree.offset, `${told(tree)} is no schema: say { type: number }, or another JSON Schema`);
    return;
  }
  if (depth > maxDepth) {
    refuse(tree.offset, `a schema is nested ${maxDepth} levels deep at most`);
    return;
  }
  if (--budget.schemaParts < 0) {
    refuse(tree.offset, `the schemas have more than ${maxSchemaParts} parts altogether`);
    return;
  }
  for (const [name, { offset, value }] of tree.entries) {
    const one = Object.hasOwn(words, name) ? words[name] : undefined;
    const message = one
      ? one(value, name, on, depth)
      : `${quoted(name)} is no word of the schemas here${meant(name, Object.keys(words)) || `; they know ${Object.keys(words).join(", ")}`}`;
    if (message !== undefined) refuse(one ? value.offset : offset, message);
  }
  const odd = contradiction(tree);
  if (odd !== undefined) refuse(tree.offset, odd);
}

function part(tree: Tree, _name: string, on: Judging, depth: number): undefined {
  judge(tree, on, depth + 1);
}

function several(tree: Tree, name: string, on: Judging, depth: number): string | undefined {
  if (tree.sort === "list" && tree.items.length > maxChoices) return `${name} has ${maxChoices} schemas at most`;
  if (tree.sort !== "list" || tree.items.length === 0) return `${name} is a list of schemas`;
  for (const one of tree.items) judge(one, on, depth + 1);
  return undefined;
}

function pattern(tree: Tree, name: string): string | undefined {
  const source = tree.sort === "leaf" ? tree.value : undefined;
  if (typeof source !== "string" || source.length > 500) return `${name} is a regular expression, as a text`;
  try {
    new RegExp(source, "u");
  } catch {
    return `${quoted(source)} is no regular expression`;
  }
  return isSafePattern(source)
    ? undefined
    : `the pattern ${quoted(source)} may take for ever on some texts: repeat nothing that repeats itself, as (a+)+ does`;
}

function unitWord(tree: Tree, name: string): string | undefined {
  const unit = tree.sort === "leaf" ? tree.value : undefined;
  if (typeof unit !== "string" || unit.length > 100) return `a ${name} is text in UCUM, such as "mL/min"`;
  const problem = unitProblem(unit);
  if (!problem) return undefined;
  const better = suggestedUnit(unit);
  return `the unit ${quoted(unit)} is not in UCUM: ${problem.message}${better === undefined ? "" : `; write "${better}"`}`;
}

function contradiction({ entries }: Group): string | undefined {
  const of = (name: string) => {
    const entry = entries.get(name);
    return entry && plainValue(entry.value);
  };
  const most = of("maxItems");
  if (of("uniqueItems") === true && !(typeof most === "number" && most <= maxUnique))
    return `what has uniqueItems says maxItems too, ${maxUnique} at most: each is compared with all others`;
  for (const [low, high] of [
    ["minimum", "maximum"],
    ["minLength", "maxLength"],
    ["minItems", "maxItems"],
  ] as const)
    if (Number(of(low)) > Number(of(high))) return `${low} is above ${high}: nothing can be both`;
  return undefined;
}
