import { type Condition, expectedCondition, parseCondition } from "../../condition.ts";
import { expectedDuration, parseDuration } from "../../duration.ts";
import type { Part } from "./procedure.ts";
import { parameterAt, refused, refusing, type Scope } from "./reading.ts";
import { asText, lone, partsOf, type Reference, written } from "./template.ts";
import { quoted, type Tree, told } from "./tree.ts";

const maxText = 200;
/** No timer of the system's takes more; milliseconds. */
const maxDurationMs = 2e9;
const unitsOfTime: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration, above 0 and below 23 days, in milliseconds; undefined when it is none, which is noted. */
export function readDuration(tree: Tree, scope: Scope, what: string): number | undefined {
  const text = tree.sort === "leaf" ? tree.value : undefined;
  if (typeof text !== "string" || text.length > maxText) {
    scope.document.mistakes.note(tree.offset, scope.step, `${what} is ${expectedDuration}, not ${told(tree)}`);
    return undefined;
  }
  return durationIn(text, tree.offset, scope, what);
}

function durationIn(text: string, offset: number, scope: Scope, what: string): number | undefined {
  const ms = refusing(offset, scope, () => {
    const parts = partsOf(text.trim());
    const whole = lone(parts);
    const found = whole && parameterAt(whole, offset, scope);
    if (whole && !found) return refused(whole, offset, scope);
    // A number is one of its unit.
    const scale = found?.unit === undefined ? undefined : unitsOfTime[found.unit];
    if (typeof found?.value === "number" && scale !== undefined) return found.value * scale;
    const texts = parts.map((part) => (typeof part === "string" ? part : filledIn(part, offset, scope)));
    return texts.includes(undefined) ? undefined : parseDuration(texts.join(""));
  });
  if (ms === undefined || (ms > 0 && ms <= maxDurationMs)) return ms;
  const limit = ms > 0 ? "is at most 23 d" : "takes no time: say how long";
  scope.document.mistakes.note(offset, scope.step, `${what}, ${quoted(text)}, ${limit}`);
  return undefined;
}

/** A condition, with the unit of the parameter that it compares with. */
export function readCondition(
  tree: Tree,
  scope: Scope,
): { readonly condition: Condition; readonly parts: Record<string, Part> } | undefined {
  const { document, step } = scope;
  const { offset } = tree;
  const text = tree.sort === "leaf" ? tree.value : undefined;
  if (typeof text !== "string" || text.length > maxText) {
    document.mistakes.note(offset, step, `${told(tree)} is no condition: say ${expectedCondition}`);
    return undefined;
  }
  const [, head = text, during] = /^(.*?)\s+for\s+([^"'<>=!]*)$/.exec(text) ?? [];
  const [, left = "", operand = ""] = /^([^<>=!]*[<>=!]=?\s*)(.*?)\s*$/.exec(head) ?? [];
  const forMs = during === undefined ? 0 : durationIn(during, offset, scope, "how long it has to hold");
  const read = refusing(offset, scope, () => {
    const parts = partsOf(operand);
    const whole = lone(parts);
    if (!whole)
      return { condition: parseCondition(operand.includes("$") ? left + asWritten(parts) : head), unit: undefined };
    const found = parameterAt(whole, offset, scope);
    if (!found) return refused(whole, offset, scope);
    const { value, unit } = found;
    if (typeof value !== "number" && typeof value !== "boolean" && typeof value !== "string") {
      const what = quoted(asText(value));
      document.mistakes.note(
        offset,
        step,
        `${written(whole)} is ${what}: only a number, a text, true or false can be compared with`,
      );
      return undefined;
    }
    // The value itself is never read as a part of the condition.
    const form = parseCondition(left + (typeof value === "string" ? standIn(value) : String(value)));
    return { condition: { ...form, value }, unit };
  });
  if (!read || forMs === undefined) return undefined;
  const { condition, unit } = read;
  const part = { place: document.mistakes.place(offset), ...(unit !== undefined && { unit }) };
  return { condition: { ...condition, forMs }, parts: { "": part } };
}

const asWritten = (parts: readonly (string | Reference)[]) =>
  parts.map((part) => (typeof part === "string" ? part : written(part))).join("");

const standIn = (value: string) => (/^[\w .-]{0,60}$/.test(value) ? `"${value}"` : '"a text"');

/** A parameter within a text; undefined where there is none, which is noted. */
function filledIn(part: Reference, offset: number, scope: Scope): string | undefined {
  const found = parameterAt(part, offset, scope);
  return found ? asText(found.value) : refused(part, offset, scope);
}
