/** Each `unit` in a schema, and where; below `properties` the keys are names, so a property may be called `unit`. */
export function* unitsIn(node: unknown, at = ""): Iterable<{ readonly at: string; readonly unit: unknown }> {
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (values.has(key)) continue;
    if (key === "unit" && !Array.isArray(node)) yield { at, unit: value };
    else if (named.has(key) && typeof value === "object" && value !== null) {
      for (const [name, schema] of Object.entries(value)) yield* unitsIn(schema, `${at}/${name}`);
    } else yield* unitsIn(value, at);
  }
}

/** They hold data, not schemas. */
const values = new Set(["const", "default", "enum", "examples"]);
const named = new Set(["properties", "patternProperties"]);
