/** Why a text is no number, for whoever has typed it. */
export interface NoNumber {
  readonly problem: string;
}

/**
 * The number that a text says. A comma stands for the point where it can mean nothing else: `0,5` is a half, `1,500` may be
 * one and a half or fifteen hundred.
 */
export function numberIn(typed: string): number | NoNumber {
  const text = typed.trim().replaceAll(/[−–]/g, "-");
  if (/^[+-]?[1-9]\d{0,2}(,\d{3})+$/.test(text)) return { problem: ambiguous(text) };
  const plain = text.replace(/^([+-]?\d*),(\d+)(?=$|e)/i, "$1.$2");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain))
    return { problem: /\d/.test(text) ? "is no number: give it without its unit, as 1.5" : "is no number" };
  const value = Number(plain);
  if (!Number.isFinite(value)) return { problem: "is too large" };
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[+-]?\d+$/.test(plain))
    return { problem: "has more digits than can be told exactly: 9007199254740991 is the largest" };
  return value;
}

function ambiguous(text: string): string {
  const [whole = "", ...groups] = text.split(",");
  const either = `${whole}${groups.join("")}`;
  return groups.length > 1
    ? `is not clear: write ${either}, without separators`
    : `may mean ${either} or ${whole}.${groups[0]}: write one of these`;
}
