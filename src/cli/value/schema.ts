/** What is looked at of a JSON Schema. */
export interface Schema {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly description?: unknown;
  readonly unit?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly exclusiveMinimum?: unknown;
  readonly exclusiveMaximum?: unknown;
  readonly multipleOf?: unknown;
  readonly minLength?: unknown;
  readonly maxLength?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: { readonly enum?: readonly unknown[] };
  readonly items?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly readOnly?: boolean;
  readonly observable?: boolean;
}

/** The ways in which a value may be: one, unless it says so. */
export const alternatives = (schema: Schema): readonly Schema[] => schema.oneOf ?? schema.anyOf ?? [schema];

/** The one way it may be, besides being nothing; undefined where there are several. */
export function onlyWay(schema: Schema): Schema | undefined {
  const [way, ...others] = alternatives(schema).filter(({ type }) => type !== "null");
  return others.length === 0 ? (way ?? schema) : undefined;
}

/** It may be nothing. */
export const mayBeNull = (schema: Schema): boolean => alternatives(schema).some(({ type }) => type === "null");

/** Its unit, if it has one of its own. */
export function unitOf(schema: Schema): string | undefined {
  const unit = schema.unit ?? onlyWay(schema)?.unit;
  return typeof unit === "string" ? unit : undefined;
}

/** The fields of an object that have names, of each way in which it may be. */
export function fieldsOf(schema: Schema): Readonly<Record<string, Schema>> {
  const open = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
  const names = (schema.propertyNames?.enum ?? []).filter((name) => typeof name === "string");
  const named = open ? names.map((name): [string, Schema] => [name, open]) : [];
  const others = schema.oneOf || schema.anyOf ? alternatives(schema).map(fieldsOf) : [];
  return Object.assign({}, ...others, Object.fromEntries(named), schema.properties);
}

/** The schema of a field, also of one that has no name of its own; undefined where there may be none of that name. */
export function fieldAt(schema: Schema, name: string): Schema | undefined {
  const fields = fieldsOf(schema);
  if (Object.hasOwn(fields, name)) return fields[name];
  const names = schema.propertyNames?.enum;
  if (names && !names.includes(name)) return undefined;
  const { additionalProperties: open } = schema;
  return open === true ? {} : typeof open === "object" ? open : undefined;
}
