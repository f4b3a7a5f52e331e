import type { Schema } from "../td.ts";

/** A number in a data schema. */
export interface Measured {
  readonly thing: string;
  readonly name: string;
  /** Where it stands, as in `pump.dispense.volume`. */
  readonly place: string;
  readonly unit: unknown;
}

/** Every number in a data schema, however deep. */
export function numbersOf(schema: Schema, { thing, name }: Pick<Measured, "thing" | "name">): readonly Measured[] {
  const found: Measured[] = [];
  const walk = (node: unknown, place: string) => {
    if (typeof node !== "object" || node === null) return;
    const { type, unit, enum: choices, const: only, ...rest } = node as Schema;
    const chosen = choices !== undefined || only !== undefined;
    if ((type === "number" || type === "integer") && !chosen) found.push({ thing, name, place, unit });
    for (const [field, one] of Object.entries((rest["properties"] ?? {}) as Schema)) walk(one, `${place}.${field}`);
    for (const option of (rest["oneOf"] ?? []) as readonly unknown[]) walk(option, place);
    for (const item of [rest["items"] ?? []].flat()) walk(item, `${place}[]`);
    walk(rest["additionalProperties"], `${place}.*`);
  };
  walk(schema, `${thing}.${name}`);
  return found;
}

/** Numbers that measure nothing: they count, or are factors. */
const pure: readonly RegExp[] = [
  /^counter\.(counter|gain|func_rw|broken)$/,
  /^counter\.(increment(\.by)?|slow_count(\.n)?|zero|echo\.number|bad_output)$/,
  /^counter\.(make_blob\.size|read_blob(\.blob\.size)?)$/,
  /^camera\.(resolution\.(width|height)|(snapshot|grab_jpeg)\.size)$/,
  /^dmm\.cycles$/,
  /^flow\.doubtful$/,
  /^ph\.(calibration_points|calibrate\.points)$/,
  /^xy\.alarm\.code$/,
];

export const isPure = (place: string): boolean => pure.some((pattern) => pattern.test(place));

/** Units of the SI, with prefixes, and those that may be used with it; what is in braces says what is counted. */
const atom =
  /^(?:[afpnumcdhkMGT]?(?:m|g|s|A|K|mol|cd|Hz|N|Pa|J|W|C|V|F|Ohm|S|Wb|T|H|lm|lx|L|l|eV|Bq)|Cel|min|h|d|deg|rad|%|1|\[pH\]|\{[a-z_]+\})?-?\d?$/;

export const isMetric = (unit: string): boolean => unit.split(/[./]/).every((part) => atom.test(part)) && unit !== "";
