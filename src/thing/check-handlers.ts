import { didYouMean } from "../did-you-mean.ts";
import { DefinitionError } from "../errors.ts";
import type { PropertyAffordance } from "./affordance.ts";
import type { AnyThing, Hooks } from "./define.ts";

const hooks = ["identify", "stop", "safe", "reconcile", "state", "close"] as const satisfies readonly (keyof Hooks)[];
const tables = ["read", "write", "invoke", "stream"] as const;

/**
 * Whether what `open` returned answers for exactly what the definition offers. The types cannot refuse a handler too
 * many, and a driver in JavaScript has no types at all. Throws a `DefinitionError` that names each handler.
 */
export function checkHandlers(definition: AnyThing, handlers: unknown): void {
  const problems =
    typeof handlers === "object" && handlers !== null
      ? [...problemsOf(definition, handlers as Readonly<Record<string, unknown>>)]
      : ["it must return the handlers: return { read: { … }, invoke: { … } }"];
  if (problems.length > 0)
    throw new DefinitionError(`open() of "${definition.title}" does not fit its definition: ${problems.join("; ")}`);
}

function* problemsOf(definition: AnyThing, handlers: Readonly<Record<string, unknown>>): Iterable<string> {
  const properties = Object.entries<PropertyAffordance>(definition.properties ?? {});
  const wanted = {
    read: properties.map(([name]) => name),
    write: properties.filter(([, { readOnly }]) => !readOnly).map(([name]) => name),
    invoke: Object.keys(definition.actions ?? {}),
    stream: Object.keys(definition.streams ?? {}),
  };
  for (const table of tables) yield* tableProblems(table, wanted[table], handlers[table]);
  for (const hook of hooks) {
    const value = handlers[hook];
    if (value !== undefined && typeof value !== "function") yield `${hook} is not a function`;
  }
  const known: readonly string[] = [...tables, ...hooks];
  for (const name of Object.keys(handlers))
    if (!known.includes(name)) yield `${name} is neither a table nor a hook${didYouMean(name, known)}`;
}

function* tableProblems(table: string, wanted: readonly string[], found: unknown): Iterable<string> {
  const handlers = (found ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of wanted) {
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (handler === undefined) yield `${table}.${name} is missing`;
    else if (typeof handler !== "function") yield `${table}.${name} is not a function`;
  }
  for (const name of Object.keys(handlers)) if (!wanted.includes(name)) yield `${table}.${name} answers for nothing`;
}
