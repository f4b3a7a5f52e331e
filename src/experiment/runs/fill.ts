/** `given` with the outputs of earlier steps in place of their names. */
export function fillIn(given: unknown, outputs: ReadonlyMap<string, unknown>): unknown {
  if (typeof given === "string") {
    const [, whole] = /^\$(\w+(?:\.\w+)*)$/.exec(given) ?? [];
    if (whole !== undefined) return follow(whole, outputs);
    return given.replaceAll(/\$\$|\$(\w+(?:\.\w+)*)/g, (_, name) => (name ? String(follow(name, outputs)) : "$"));
  }
  if (Array.isArray(given)) return given.map((one) => fillIn(one, outputs));
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([name, one]) => [name, fillIn(one, outputs)]));
}

function follow(path: string, outputs: ReadonlyMap<string, unknown>): unknown {
  const [name = "", ...fields] = path.split(".");
  return fields.reduce((value: unknown, field) => (value as Record<string, unknown>)[field], outputs.get(name));
}
