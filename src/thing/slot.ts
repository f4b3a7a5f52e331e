import { isDeepStrictEqual } from "node:util";
import type { ActionAffordance, PropertyAffordance, Table } from "./affordance.ts";
import type { AnyThing } from "./define.ts";

/**
 * Why a Thing of definition `offered` cannot stand in a slot that names `wanted`; nothing: it can. It must have every
 * property and action of `wanted` with an equal schema, and may have more.
 */
export function acceptsSlot(wanted: AnyThing, offered: AnyThing): readonly string[] {
  if (wanted === offered) return [];
  return [
    ...differences<PropertyAffordance>("property", wanted.properties, offered.properties, (want, offer) => {
      if (!equalSchemas(want.schema, offer.schema)) return "has another schema";
      return offer.readOnly && !want.readOnly ? "cannot be written" : undefined;
    }),
    ...differences<ActionAffordance>("action", wanted.actions, offered.actions, (want, offer) => {
      if (!equalSchemas(want.input, offer.input)) return "takes another input";
      return equalSchemas(want.output, offer.output) ? undefined : "has another output";
    }),
  ];
}

function differences<Entry>(
  sort: string,
  wanted: Table<Entry> | undefined,
  offered: Table<Entry> | undefined,
  difference: (want: Entry, offer: Entry) => string | undefined,
): readonly string[] {
  return Object.entries(wanted ?? {}).flatMap(([name, want]) => {
    const offer = offered && Object.hasOwn(offered, name) ? offered[name] : undefined;
    if (!offer) return [`it has no ${sort} ${name}`];
    const differs = difference(want, offer);
    return differs ? [`its ${sort} ${name} ${differs}`] : [];
  });
}

const equalSchemas = (a: unknown, b: unknown) => isDeepStrictEqual(bare(a), bare(b));

/** What a schema says to people, and nothing to a validator. */
const annotations: ReadonlySet<string> = new Set(["title", "description", "examples", "$comment"]);

function bare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bare);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).flatMap(([key, value]) => {
    if (annotations.has(key)) return [];
    // Below `properties` the keys are names of fields: one may well be called `title`.
    if (key !== "properties" || typeof value !== "object" || value === null) return [[key, bare(value)]];
    return [[key, Object.fromEntries(Object.entries(value).map(([name, field]) => [name, bare(field)]))]];
  });
  return Object.fromEntries(entries);
}
