import { nearest } from "../../did-you-mean.ts";
import { UsageError } from "../usage.ts";
import { readValue } from "../value/read-value.ts";
import { fieldAt, fieldsOf, onlyWay, type Schema } from "../value/schema.ts";
import { flagsOf } from "./input-lines.ts";

/** A field of the input that an option names. */
interface Field {
  readonly path: readonly string[];
  readonly schema: Schema;
  /** `--no-hold` */
  readonly denied: boolean;
}

type Input = Record<string, unknown>;

/**
 * Put what options say (`--volume 5 --target.x 3 --no-hold`) into an input, by its schema. `--input.NAME` is the same as
 * `--NAME`, for fields that are called as an option of ours. Throws `UsageError`.
 */
export function withOptions(input: Readonly<Input>, tokens: readonly string[], schema: Schema | undefined): Input {
  let filled: Input = { ...input };
  const said = new Set<string>();
  for (let n = 0; n < tokens.length; n++) {
    const [, name = "", given] = /^--(?:input\.)?([^=]+)(?:=([\s\S]*))?$/.exec(tokens[n] ?? "") ?? [];
    if (name === "") throw new UsageError(`"${tokens[n]}" is one argument too many`);
    const field = fieldNamed(name, schema);
    const { path, schema: of, denied } = field;
    const whole = JSON.stringify(path);
    // Whichever counted, the other one was meant, too: of an amount nobody should guess.
    if (said.has(whole)) throw new UsageError(`--${path.join(".")} is said twice`);
    said.add(whole);
    const next = tokens[n + 1];
    let value: unknown;
    if (denied) value = refusedValue(name, given);
    else if (given !== undefined) value = readValue(given, of, name);
    else if (isBoolean(of) && !isBooleanWord(next)) value = true;
    else if (next === undefined || next.startsWith("--")) throw new UsageError(`--${name} needs a value`);
    else {
      value = readValue(next, of, name);
      n++;
    }
    filled = put(filled, path, value);
  }
  return filled;
}

const isBoolean = (schema: Schema) => onlyWay(schema)?.type === "boolean";
const isBooleanWord = (text: string | undefined) => /^(true|false|on|off|yes|no)$/i.test(text ?? "");

function refusedValue(name: string, given: string | undefined): false {
  if (given !== undefined) throw new UsageError(`--${name} takes no value`);
  return false;
}

function fieldNamed(name: string, schema: Schema | undefined): Field {
  if (!schema) throw new UsageError(`there is no option --${name}: the action takes no input`);
  const exact = at(name.split("."), schema);
  if (exact) return { ...exact, denied: false };
  const flags = flagsOf(schema);
  const names = flags.map(({ flag }) => flag.slice(2));
  // `stable-for` is `stableFor`: that is habit, not spelling.
  const meant = (text: string) => names.filter((one) => plain(one) === plain(text));
  const [usual, other] = meant(name);
  if (usual !== undefined && other === undefined) return fieldNamed(usual, schema);
  if (name.startsWith("no-")) {
    const [positive = name.slice(3)] = meant(name.slice(3));
    const field = at(positive.split("."), schema);
    if (field && isBoolean(field.schema)) return { ...field, denied: true };
  }
  const near = nearest(name, names);
  const has =
    names.length === 0 ? "the action takes no input" : `there is ${names.map((one) => `--${one}`).join(", ")}`;
  throw new UsageError(
    `there is no option --${name}${near === undefined ? `: ${has}` : `; did you mean "--${near}"?`}`,
  );
}

const plain = (text: string) => text.toLowerCase().replaceAll(/[-_]/g, "");

/** Names may have dots in them themselves: the whole comes first. */
function at(path: readonly string[], schema: Schema): Omit<Field, "denied"> | undefined {
  const whole = path.join(".");
  const field = Object.hasOwn(fieldsOf(schema), whole) ? fieldsOf(schema)[whole] : undefined;
  if (field) return { path: [whole], schema: field };
  const [name = "", ...rest] = path;
  const first = fieldAt(schema, name);
  if (!first || isForbidden(name)) return undefined;
  if (rest.length === 0) return { path: [name], schema: first };
  const inner = at(rest, onlyWay(first) ?? first);
  return inner && { path: [name, ...inner.path], schema: inner.schema };
}

/** No such field is ever sent. */
const isForbidden = (name: string) => name === "__proto__" || name === "";

function put(input: Readonly<Input>, [name = "", ...rest]: readonly string[], value: unknown): Input {
  if (rest.length === 0) return { ...input, [name]: value };
  const inner = input[name];
  const known = typeof inner === "object" && inner !== null && !Array.isArray(inner) ? (inner as Input) : {};
  return { ...input, [name]: put(known, rest, value) };
}
