import { inLine } from "../terminal/in-line.ts";
import { wrapped } from "../terminal/wrap.ts";
import { fieldsOf, onlyWay, type Schema } from "../value/schema.ts";
import { schemaWords } from "../value/schema-words.ts";
import { valueText } from "../value/value-text.ts";

/** What an action takes, an option a line, as they are given on the command line. */
export function inputLines(schema: Schema, columns: number, indent: number): readonly string[] {
  const lines = flagsOf(schema).flatMap(({ flag, schema: field, required }) => {
    const { default: usual, description, title } = field;
    const about = [description ?? title].filter((one): one is string => typeof one === "string");
    const words = [
      schemaWords(field),
      ...(usual === undefined ? (required ? ["required"] : []) : [`${valueText(usual, field)} unless told`]),
    ].join(", ");
    const text = [`${flag}  ${words}`, ...about.map((one) => inLine(one))].join(": ");
    // What does not fit goes on further in.
    const [first = "", ...rest] = wrapped(text, columns, indent);
    return [first, ...wrapped(rest.join(" "), columns, indent + 4)];
  });
  const open = schema.additionalProperties === true ? wrapped("any other field", columns, indent) : [];
  return [...lines, ...open];
}

/** An option that gives a field of the input. */
export interface Flag {
  /** `--target.x` */
  readonly flag: string;
  readonly path: readonly string[];
  readonly schema: Schema;
  readonly required: boolean;
}

/** How deep fields have options of their own; what is deeper is given as JSON. */
const maxDepth = 4;

/** The options that a schema comes to: one for each field that is no object itself. */
export function flagsOf(schema: Schema, path: readonly string[] = []): readonly Flag[] {
  const way = onlyWay(schema) ?? schema;
  return Object.entries(fieldsOf(way)).flatMap(([name, field]) => {
    const at = [...path, name];
    const required = way.required?.includes(name) === true && field.default === undefined;
    const inner = at.length < maxDepth && onlyWay(field)?.type === "object" ? flagsOf(onlyWay(field) ?? field, at) : [];
    return inner.length > 0 ? inner : [{ flag: `--${inLine(at.join("."))}`, path: at, schema: field, required }];
  });
}
