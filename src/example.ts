import { closed } from "./schema.ts";
import { type TSchema, Value } from "./typebox.ts";

/** What is looked at of a schema. */
interface Words {
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly TSchema[];
  readonly oneOf?: readonly TSchema[];
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly items?: TSchema | readonly TSchema[];
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

/**
 * A value that fits: an example of the schema's own or its default, else composed of its parts. Undefined where no guess
 * fits, such as for most patterns: give such a schema `examples`.
 */
export function exampleOf(schema: TSchema): unknown {
  const whole = closed(schema);
  return candidates(whole as Words).find((value) => value !== undefined && Value.Check(whole, value));
}

function candidates(words: Words): readonly unknown[] {
  const { examples = [], enum: values = [], anyOf = [], oneOf = [] } = words;
  return [
    ...examples,
    words.default,
    words.const,
    ...values,
    ...[...anyOf, ...oneOf].map(exampleOf),
    ...guesses(words),
  ];
}

function guesses(words: Words): readonly unknown[] {
  switch (words.type) {
    case "boolean":
      return [true];
    case "null":
      return [null];
    case "integer":
    case "number":
      return numbers(words);
    case "string":
      return texts(words);
    case "array":
      return [lists(words), []];
    case "object":
      return objects(words);
    default:
      return [{}];
  }
}

function numbers({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Words): readonly unknown[] {
  const low = minimum ?? exclusiveMinimum;
  const high = maximum ?? exclusiveMaximum;
  const middle = low !== undefined && high !== undefined ? (low + high) / 2 : undefined;
  const step = multipleOf ?? 1;
  const next = low === undefined ? undefined : (Math.floor(low / step) + 1) * step;
  return [1, 0, next, low, high, middle, multipleOf];
}

const formats: Readonly<Record<string, string>> = {
  uuid: "8e03978e-40d5-43e8-bc93-6894a57f9324",
  "date-time": "2026-11-20T09:00:00Z",
  date: "2026-11-20",
  time: "09:00:00Z",
  email: "ada@bench.example",
  uri: "urn:benchd:example",
  ipv4: "192.0.2.1",
};

function texts({ format = "", minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Words): readonly unknown[] {
  const text = "text".repeat(Math.ceil(minLength / 4) || 1);
  return [formats[format], text.slice(0, Math.max(minLength, Math.min(maxLength, 4))), "1", "A", "a1"];
}

function lists({ items, minItems = 1 }: Words): unknown {
  if (Array.isArray(items)) return items.map(exampleOf);
  const one = items === undefined ? {} : exampleOf(items as TSchema);
  return one === undefined ? undefined : Array.from({ length: Math.min(Math.max(minItems, 1), 100) }, () => one);
}

/** With all its fields, or with those only that it needs. */
function objects({ properties = {}, required = [] }: Words): readonly unknown[] {
  const all = Object.entries(properties)
    .map(([name, schema]) => [name, exampleOf(schema)] as const)
    .filter(([, value]) => value !== undefined);
  return [Object.fromEntries(all), Object.fromEntries(all.filter(([name]) => required.includes(name)))];
}
