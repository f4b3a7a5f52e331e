import type { RecordingColumn } from "../../journal/recordings/about.ts";
import { csvText } from "../../journal/recordings/csv.ts";

type Json = Readonly<Record<string, unknown>>;

/** What is deeper, or wider, is one cell of JSON. */
const maxDepth = 3;
const maxWidth = 32;
/** Of one value; characters. */
const maxCell = 4096;

/** The columns of a property: one, or one for each field of an object. */
export function columnsOf(thing: string, property: string, schema: unknown): readonly RecordingColumn[] {
  const name = `${thing}.${property}`;
  const fields = fieldsOf(schema as Json, [], maxDepth);
  const parts = fields.length > maxWidth ? [{ path: [], schema: schema as Json }] : fields;
  return parts.map(({ path, schema: { unit, ...rest } }) => {
    const title = [name, ...path].join(".");
    return {
      title: typeof unit === "string" ? `${title} ${inBrackets(unit)}` : title,
      property: name,
      path,
      kind: kindOf(rest),
    };
  });
}

function fieldsOf(
  schema: Json,
  path: string[],
  depth: number,
): readonly { readonly path: string[]; readonly schema: Json }[] {
  const { type, properties } = schema;
  if (type !== "object" || typeof properties !== "object" || properties === null || depth === 0)
    return [{ path, schema }];
  const fields = Object.entries(properties as Json);
  if (fields.length === 0) return [{ path, schema }];
  return fields.flatMap(([name, field]) => fieldsOf(field as Json, [...path, name], depth - 1));
}

/** UCUM has units in brackets of their own: `[pH]`. */
const inBrackets = (unit: string) => (/^\[[^[\]]*\]$/.test(unit) ? unit : `[${unit}]`);

/** One for all that it may be. */
function kindOf(schema: Json): RecordingColumn["kind"] {
  const { type, anyOf, enum: values } = schema;
  if (type === "number" || type === "integer") return "number";
  if (type === "boolean") return "boolean";
  if (type === "string") return "text";
  const options = Array.isArray(anyOf)
    ? anyOf
    : Array.isArray(values)
      ? values.map((value) => ({ const: value }))
      : [schema];
  const kinds = new Set(options.map((option: Json) => ("const" in option ? kindOfValue(option["const"]) : "json")));
  const [kind = "json"] = kinds;
  return kinds.size === 1 ? kind : "json";
}

const ofType: Readonly<Record<string, RecordingColumn["kind"]>> = {
  number: "number",
  boolean: "boolean",
  string: "text",
};
const kindOfValue = (value: unknown): RecordingColumn["kind"] => ofType[typeof value] ?? "json";

/** The cells of a value, with commas between them; undefined when one is too large to be written. */
export function cellsOf(columns: readonly RecordingColumn[], value: unknown): string | undefined {
  const [only] = columns;
  if (columns.length === 1 && only && only.path.length === 0) return cellOf(only, value);
  const cells = columns.map((column) => cellOf(column, at(value, column.path)));
  return cells.includes(undefined) ? undefined : cells.join(",");
}

function cellOf({ kind }: RecordingColumn, value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === undefined) return "";
  const text = kind === "text" && typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > maxCell ? undefined : csvText(text);
}

function at(value: unknown, path: readonly string[]): unknown {
  let part = value;
  for (const name of path) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, name)) return undefined;
    part = (part as Json)[name];
  }
  return part;
}
