import { didYouMean } from "../did-you-mean.ts";
import { DefinitionError } from "../errors.ts";
import { validator } from "../schema.ts";
import type { TSchema } from "../typebox.ts";
import type { AnyThing } from "./define.ts";
import { ruleProblems } from "./definition-rules.ts";
import {
  actionShape,
  definitionShape,
  eventShape,
  outputShape,
  propertyShape,
  streamShape,
} from "./definition-shape.ts";

/**
 * `definition` as what it claims to be. It may come from a module that no compiler has seen, so everything the types
 * promise is checked, and what they cannot say as well. Throws a `DefinitionError` that tells all of it.
 */
export function checkDefinition(definition: unknown, name: string): AnyThing {
  const problems = isObject(definition)
    ? [...shapeProblems(definition)]
    : ["it exports no definition: end it with `export default defineThing({ … })`"];
  // Rules are worth asking only of what has the shape that they are about.
  if (problems.length === 0) problems.push(...ruleProblems(definition as AnyThing));
  if (problems.length === 0) return definition as AnyThing;
  throw new DefinitionError(`the driver ${name} cannot be used:\n  ${problems.join("\n  ")}`);
}

function* shapeProblems(definition: Readonly<Record<string, unknown>>): Iterable<string> {
  yield* misfits(definitionShape, definition, "the definition");
  if (typeof definition["open"] !== "function") yield "open must be a function";
  if (definition["configured"] !== undefined && typeof definition["configured"] !== "function")
    yield "configured must be a function";
  yield* entryMisfits("property", propertyShape, definition["properties"]);
  yield* entryMisfits("action", actionShape, definition["actions"]);
  yield* entryMisfits("event", eventShape, definition["events"]);
  yield* entryMisfits("stream", streamShape, definition["streams"]);
  yield* entryMisfits("output", outputShape, definition["outputs"]);
}

function* entryMisfits(sort: string, shape: TSchema, table: unknown): Iterable<string> {
  if (isObject(table))
    for (const [name, entry] of Object.entries(table)) yield* misfits(shape, entry, `${sort} ${name}`);
}

function* misfits(shape: TSchema, value: unknown, what: string): Iterable<string> {
  for (const { path, message, keyword } of validator(shape).issues(value)) {
    const field = path.slice(1).replaceAll("/", ".");
    const known = Object.keys((shape as { readonly properties?: object }).properties ?? {});
    const hint = keyword === "additionalProperties" ? didYouMean(field, known) : "";
    yield `${what}: ${field || "it"} ${message}${hint}`;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
