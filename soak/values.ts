import type { TSchema } from "typebox";
import type { Dice } from "./dice.ts";

/** What of a JSON Schema decides a value. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema | readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly maxLength?: number;
}

/** What makes an action last seconds, not hours, and mostly lies within reach; by the name of a field. */
const usual: Readonly<Record<string, readonly [low: number, high: number]>> = {
  volume: [0.02, 3],
  mass: [0.2, 3],
  tolerance: [0.06, 0.3],
  rate: [2, 20],
  remaining: [5, 60],
  seconds: [0.5, 8],
  stableFor: [1, 10],
  patience: [1, 120],
  delay: [0.05, 1],
  n: [1, 20],
  temperature: [15, 70],
  setpoint: [15, 70],
  ms: [1, 20_000],
  replies: [1, 5],
  commands: [1, 5],
};

/** A value that fits `schema`; `name` is that of its field. */
export function valueFor(schema: TSchema | Schema, dice: Dice, name = ""): unknown {
  const { type, anyOf, properties = {}, required = [], items, ...rest } = schema as Schema;
  if ("const" in rest) return rest.const;
  if (rest.enum) return dice.one(rest.enum);
  if (anyOf) return valueFor(dice.one(anyOf), dice, name);
  if (type === "boolean") return dice.odds(0.5);
  if (type === "null") return null;
  if (type === "integer" || type === "number") return numberFor(rest, dice, name, type === "integer");
  if (type === "string") return textFor(rest.maxLength, dice);
  if (type === "array" && items)
    return Array.isArray(items)
      ? items.map((item: Schema) => valueFor(item, dice, name))
      : Array.from({ length: dice.whole(0, 3) }, () => valueFor(items as Schema, dice, name));
  if (type === "object")
    return Object.fromEntries(
      Object.entries(properties)
        .filter(([field]) => required.includes(field) || dice.odds(0.5))
        .map(([field, one]) => [field, valueFor(one, dice, field)]),
    );
  return dice.one<unknown>([1, "x", true, null]);
}

function numberFor(schema: Schema, dice: Dice, name: string, whole: boolean): number {
  const least = schema.minimum ?? schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY;
  const most = schema.maximum ?? schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY;
  const [low, high] = usual[name] ?? [-200, 200];
  const from = Math.max(least, Math.min(low, most));
  const value = dice.real(from, Math.min(most, Math.max(high, from)));
  if (whole) return Math.round(value);
  return Number(value.toFixed(3)) || 0.001;
}

const texts = ["", "a", "MEAS:VOLT?", "µL ½", "x\r\ny", "x".repeat(150), "\u0000", "~!?@"];
const textFor = (maxLength: number | undefined, dice: Dice) => dice.one(texts).slice(0, maxLength);

/** What a client may send by mistake, made of a value that fits. */
export function spoilt(value: unknown, dice: Dice): unknown {
  const odd: readonly unknown[] = [
    null,
    "12",
    -1e308,
    1e308,
    [],
    {},
    "x".repeat(5000),
    true,
    { deep: { deeper: [[[]]] } },
  ];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return dice.one(odd);
  const fields = Object.keys(value);
  if (fields.length === 0 || dice.odds(0.3)) return { ...value, nobodyKnowsThis: dice.one(odd) };
  const field = dice.one(fields);
  const { [field]: dropped, ...rest } = value as Record<string, unknown>;
  return dice.odds(0.3) ? rest : { ...rest, [field]: dice.one(odd.filter((one) => one !== dropped)) };
}
