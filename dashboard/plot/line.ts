import type { PropertyAffordance, Schema, ThingDescription } from "../bench/shapes.ts";
import { unitOf } from "../parts/value-text.ts";

/** A number of a Thing that can be plotted: a property, or a field of one. */
export interface Line {
  /** `stage.position.x`: as it stands in addresses. */
  readonly key: string;
  readonly thing: string;
  readonly property: string;
  /** Where it is in the value of the property; of a property that is a number itself nothing. */
  readonly path: readonly string[];
  readonly title: string;
  /** Of UCUM. */
  readonly unit: string | undefined;
  /** The gateway tells of its changes; what is not observed has to be read. */
  readonly observable: boolean;
}

/** Fields deeper down, and more of them of one property, are not offered. */
const maxDepth = 3;
const maxFields = 32;

/** All numbers of a Thing, as its description tells them. */
export function linesOf(thing: string, { properties = {} }: ThingDescription): Line[] {
  return Object.entries(properties).flatMap(([property, schema]) => {
    const found = schema.writeOnly ? [] : fields(schema, []).slice(0, maxFields);
    return found.map((field) => lineOf(thing, property, schema, field, found.length > 1));
  });
}

/** Those that a key names: `balance.weight` is every number of it. */
export const linesNamed = (key: string, lines: readonly Line[]): readonly Line[] =>
  lines.filter((line) => line.key === key || line.key.startsWith(`${key}.`));

/** The number that a value of its property has there; NaN when there is none. */
export function numberIn(value: unknown, path: readonly string[]): number {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return Number.NaN;
    found = Reflect.get(found, name);
  }
  return typeof found === "number" ? found : Number.NaN;
}

interface Field {
  readonly path: readonly string[];
  readonly schema: Schema;
}

function lineOf(
  thing: string,
  property: string,
  schema: PropertyAffordance,
  { path, schema: own }: Field,
  /** The property has others, too. */
  oneOfMany: boolean,
): Line {
  return {
    ...{ key: [thing, property, ...path].join("."), thing, property, path },
    title: [schema.title ?? property, ...(oneOfMany ? path : [])].join(" › "),
    unit: unitOf(own),
    observable: schema.observable === true,
  };
}

/** Also of what may be null: whoever reads it then is told of a gap. */
function fields(schema: Schema, path: readonly string[]): Field[] {
  const kinds = [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (kinds.some(({ type }) => type === "number" || type === "integer")) return [{ path, schema }];
  if (path.length >= maxDepth) return [];
  return kinds.flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([name, own]) => fields(own, [...path, name])),
  );
}
