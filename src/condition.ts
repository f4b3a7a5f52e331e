import { isDeepStrictEqual } from "node:util";
import { parseDuration } from "./duration.ts";
import { InputError } from "./errors.ts";

export type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";

/** What a property of a Thing may be: `ph.ph >= 8.2`, and for how long it has to be so: `… for 30 s`. */
export interface Condition {
  readonly thing: string;
  readonly property: string;
  readonly comparison: Comparison;
  /** A number where it is `<`, `<=`, `>` or `>=`. */
  readonly value: number | boolean | string;
  /** It has to hold for so long without a break; milliseconds, 0 unless said. */
  readonly forMs: number;
}

/** What a condition looks like, for messages. */
export const expectedCondition = "a condition such as `ph.ph >= 8.2`, or `heater.temperature > 80 for 30 s`";

const written =
  /^\s*([a-z][a-z0-9_]*)\.([A-Za-z_][A-Za-z0-9_]*)\s*(<=|>=|==|!=|<|>)\s*(.+?)(?:\s+for\s+(\d[^"']*?))?\s*$/;

/** A condition as people write it. Throws `InputError`. */
export function parseCondition(text: unknown): Condition {
  const found = typeof text === "string" ? written.exec(text) : null;
  if (!found) throw new InputError(`${JSON.stringify(text) ?? "nothing"} is no condition: say ${expectedCondition}`);
  const [, thing = "", property = "", sign = "", operand = "", during] = found;
  const comparison = sign as Comparison;
  const value = readOperand(operand);
  if (value === undefined || (typeof value !== "number" && !["==", "!="].includes(comparison)))
    throw new InputError(`"${operand}" cannot stand behind ${comparison}: say ${expectedCondition}`);
  return { thing, property, comparison, value, forMs: during === undefined ? 0 : parseDuration(during) };
}

/** A number, true, false, a text in quotes, or a bare word. */
function readOperand(operand: string): Condition["value"] | undefined {
  if (operand === "true" || operand === "false") return operand === "true";
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(operand)) return Number(operand);
  if (/^[A-Za-z_][\w-]*$/.test(operand)) return operand;
  const [, double, single] = /^(?:"([^"]*)"|'([^']*)')$/.exec(operand) ?? [];
  return double ?? single;
}

/** Whether a reading is so, whatever `forMs` asks; undefined when that cannot be told, as of a number that is none. */
export function holds({ comparison, value }: Condition, reading: unknown): boolean | undefined {
  if (comparison === "==") return isDeepStrictEqual(reading, value);
  if (comparison === "!=") return reading !== undefined && !isDeepStrictEqual(reading, value);
  if (typeof reading !== "number" || typeof value !== "number" || Number.isNaN(reading)) return undefined;
  if (comparison === "<") return reading < value;
  if (comparison === "<=") return reading <= value;
  return comparison === ">" ? reading > value : reading >= value;
}
