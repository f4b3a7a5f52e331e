import type { BenchEvent, NumberedEvent } from "./event.ts";

/** What is longer, as JSON, is told without its value. */
const maxValue = 64 * 1024;
/** What an object takes in memory, by the length of its JSON, about. */
const objectWeight = 10;
const usualWeight = 2;

/** An event as it is kept: nobody can change it any more. */
export function written(event: BenchEvent, number: number, at: number): { told: NumberedEvent; bytes: number } {
  const { fixed, weight } = fix(event);
  const json = `{"number":${number},"at":"${new Date(at).toISOString()}",${JSON.stringify(fixed).slice(1)}`;
  return { told: { number, at, event: fixed, json }, bytes: weight * json.length };
}

/** With a copy of the value that a driver has given, who may go on changing his. */
function fix(event: BenchEvent): { readonly fixed: BenchEvent; readonly weight: number } {
  if (event.kind === "property") return fixValue(event.value, (value) => ({ ...event, ...value }));
  if (event.kind !== "event") return { fixed: event, weight: usualWeight };
  return fixValue(event.data, ({ value, ...omitted }) => ({ ...event, data: value, ...omitted }));
}

function fixValue(
  value: unknown,
  given: (fixed: { value: unknown; omitted?: true }) => BenchEvent,
): { readonly fixed: BenchEvent; readonly weight: number } {
  if (value === undefined || value === null || typeof value === "number" || typeof value === "boolean") {
    return { fixed: given({ value: value ?? null }), weight: usualWeight };
  }
  const text = textOf(value);
  if (text === undefined || text.length > maxValue) {
    return { fixed: given({ value: null, omitted: true }), weight: usualWeight };
  }
  return { fixed: given({ value: JSON.parse(text) }), weight: typeof value === "string" ? usualWeight : objectWeight };
}

/** Undefined for what is no JSON. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
