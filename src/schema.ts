import { InputError, type Issue } from "./errors.ts";
import { isCostly, tooLong } from "./schema-cost.ts";
import { Compile, type Static, type TSchema, Value } from "./typebox.ts";

/** A schema made ready to judge values that come from outside; compiled when it is used again and again. */
export interface Validator<S extends TSchema = TSchema> {
  readonly schema: S;
  /** What is wrong with `value`; nothing: it fits. */
  issues(value: unknown): readonly Issue[];
  /** `value` with defaults filled in, or an `InputError` that names each field. */
  parse(value: unknown, what: string): Static<S>;
}

const compiled = new WeakMap<TSchema, Validator>();

/** The validator of a schema, made once. */
export function validator<S extends TSchema>(schema: S): Validator<S> {
  const known = compiled.get(schema) as Validator<S> | undefined;
  const made = known ?? compile(schema);
  if (!known) compiled.set(schema, made);
  return made;
}

/** Throws what is wrong with a schema that comes from outside, rather than leave that to the first value. */
export function assertSchema(schema: TSchema): void {
  Compile(schema);
}

/** A configuration or a stored file is judged once, and most of what a client may send never comes. */
const usesBeforeCompiling = 2;

function compile<S extends TSchema>(schema: S): Validator<S> {
  let check: Pick<ReturnType<typeof Compile>, "Check" | "Errors"> = {
    Check: (value) => Value.Check(schema, value),
    Errors: (value) => Value.Errors(schema, value),
  };
  let uses = 0;
  const hasDefaults = JSON.stringify(schema).includes('"default":');
  const costly = isCostly(schema);
  const issues = (value: unknown): readonly Issue[] => {
    const long = costly ? tooLong(schema, value) : undefined;
    if (long) return [long];
    if (uses++ === usesBeforeCompiling) check = Compile(schema);
    if (check.Check(value)) return [];
    return isLargerThan(maxExplained, value) ? [unexplained] : describe(check.Errors(value), value, schema);
  };
  return {
    schema,
    issues,
    parse(value, what) {
      const filled = hasDefaults ? Value.Default(schema, structuredClone(value)) : value;
      const found = issues(filled);
      if (found.length === 0) return filled as Static<S>;
      const list = found.map(({ path, message }) => `${path || "the value"} ${message}`).join("; ");
      throw new InputError(`${what} does not fit its schema: ${list}`, found);
    },
  };
}

/** To look for every misfit among more values than this would take the event loop from everybody. */
const maxExplained = 20_000;

function isLargerThan(limit: number, value: unknown): boolean {
  let left = limit;
  const count = (one: unknown): boolean => {
    if (typeof one !== "object" || one === null) return false;
    const parts = Object.values(one);
    left -= parts.length;
    return left < 0 || parts.some(count);
  };
  return count(value);
}

/** Nor is all of it told again. */
const unexplained: Issue = {
  ...{ path: "", keyword: "schema", params: {}, value: null },
  message: `does not fit, and has more than ${maxExplained} values: send fewer to be told which`,
};

interface RawError {
  readonly keyword: string;
  /** Where the schema is that the value does not fit, after a #. */
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

/** At most this many issues are told; more would only repeat themselves. */
const maxIssues = 20;

/**
 * One issue a field: missing and unexpected properties are told by their own paths. A pattern is told in the words of its
 * schema, `expects`, where it has some.
 */
function describe(errors: readonly RawError[], value: unknown, schema: TSchema): readonly Issue[] {
  const found = new Map<string, Issue>();
  for (const { keyword, schemaPath, instancePath, params, message } of errors) {
    const tell = (path: string, text: string, word = keyword) =>
      found.set(`${path} ${word}`, {
        path,
        keyword: word,
        message: text,
        params: params as Record<string, unknown>,
        value: valueAt(value, path),
      });
    if (keyword === "required" && "requiredProperties" in params) {
      for (const name of params.requiredProperties as string[])
        tell(`${instancePath}/${pointerPart(name)}`, "is required");
    } else if (keyword === "boolean") tell(instancePath, "is not a known property", "additionalProperties");
    else if (keyword === "pattern") {
      const expects = valueAt(schema, `${schemaPath.replace(/^#/, "")}/expects`);
      tell(instancePath, typeof expects === "string" ? `must be ${expects}` : message);
    }
    // The summary of those that have each been told already.
    else if (keyword !== "additionalProperties") tell(instancePath, message);
    if (found.size >= maxIssues) break;
  }
  if (found.size > 0) return [...found.values()];
  // Never silent: what does not fit has at least one issue.
  return [{ path: "", keyword: "schema", message: "does not fit", params: {}, value }];
}

const pointerPart = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** What stands at a JSON pointer, or undefined. */
export function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const part of pointer.split("/").slice(1)) {
    if (typeof at !== "object" || at === null) return undefined;
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    at = Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined;
  }
  return at;
}

/**
 * The same schema with every object closed that does not say itself whether it is open. Unknown fields are refused, so
 * that a misspelt option is an error and not a default. Made once, as what is compiled of it.
 */
export function closed<S extends TSchema>(schema: S): S {
  const made = (closedOnes.get(schema) ?? close(schema)) as S;
  closedOnes.set(schema, made);
  return made;
}

const closedOnes = new WeakMap<TSchema, TSchema>();

function close(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(close);
  if (typeof node !== "object" || node === null) return node;
  const copy: Record<string, unknown> = {};
  // Symbols and non-enumerable keys carry typebox's own kind marks.
  for (const key of Reflect.ownKeys(node) as string[]) {
    const property = Object.getOwnPropertyDescriptor(node, key) as PropertyDescriptor;
    if (key === "properties") {
      const entries = Object.entries(property.value as object).map(([name, schema]) => [name, close(schema)]);
      copy[key] = Object.fromEntries(entries);
      continue;
    }
    const literal = key === "const" || key === "default" || key === "enum" || key === "examples";
    Object.defineProperty(copy, key, literal ? property : { ...property, value: close(property.value) });
  }
  if (
    copy["type"] === "object" &&
    copy["properties"] &&
    !("additionalProperties" in copy) &&
    !("patternProperties" in copy)
  ) {
    copy["additionalProperties"] = false;
  }
  return copy;
}
