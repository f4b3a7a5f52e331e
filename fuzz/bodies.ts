import type { TSchema } from "typebox";
import type { Dice } from "../soak/dice.ts";
import { spoilt, valueFor } from "../soak/values.ts";

/** A body for `schema`, as text: one that fits, nearly fits, is meant to hurt, or is no JSON at all. */
export function bodyFor(schema: TSchema | undefined, dice: Dice): string {
  const fitting = schema ? valueFor(schema, dice) : {};
  const roll = dice.real(0, 1);
  if (roll < 0.55) return JSON.stringify(fitting) ?? "";
  if (roll < 0.68) return JSON.stringify(spoilt(fitting, dice)) ?? "";
  if (roll < 0.78) return JSON.stringify(anyValue(dice, 4)) ?? "null";
  if (roll < 0.86) return dice.one(hostile);
  const text = JSON.stringify(fitting) ?? "{}";
  return dice.odds(0.5) ? hurt(text, dice) : mutated(text, dice);
}

/** Any JSON value, of at most that depth. */
export function anyValue(dice: Dice, depth: number): unknown {
  const sort = dice.whole(0, depth > 0 ? 8 : 5);
  if (sort === 0) return dice.one(numbers);
  if (sort === 1) return dice.one(texts);
  if (sort === 2) return dice.one([null, true, false]);
  if (sort === 3) return anyText(dice, dice.whole(0, 40));
  if (sort === 4) return dice.real(-1e6, 1e6);
  if (sort === 5) return dice.whole(-1000, 1000);
  const size = dice.whole(0, 4);
  if (sort === 6) return Array.from({ length: size }, () => anyValue(dice, depth - 1));
  return Object.fromEntries(Array.from({ length: size }, () => [dice.one(keys), anyValue(dice, depth - 1)]));
}

/** Characters from everywhere, halves of pairs and control characters too. */
export function anyText(dice: Dice, length: number): string {
  let text = "";
  for (let n = 0; n < length; n++) {
    const [low, high] = dice.one(ranges);
    text += String.fromCodePoint(dice.whole(low, high));
  }
  return text;
}

const ranges: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0x20, 0x7e],
  [0, 0x1f],
  [0x7f, 0xff],
  [0x100, 0x2fff],
  [0xd800, 0xdfff],
  [0x1_0000, 0x1_ffff],
];

const numbers = [0, -0, 1, -1, 0.1, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, -(2 ** 63), 65_536, 255.5];
const keys = [
  "a",
  "",
  "n",
  "text",
  "by",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "length",
  "\u0000",
  "href",
];
const texts = [
  ..."\r\n\0;|,",
  ...["\r\nSTOP", "\u2028", "\u010a", "\u560d\u560a", "１２", "%s%n", "#{1+1}", "{{7*7}}", "../../etc/passwd", "NaN"],
  ...["<script>alert(1)</script>", "=cmd()", "\u001b[31m", "\ud800", "2026-11-21T00:00:00Z", "x".repeat(3000)],
];

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

/** Texts that have hurt somebody. */
const hostile: readonly string[] = [
  "",
  " ",
  "null",
  "{",
  "[",
  '"',
  "{}{}",
  "[1,]",
  '{"a":1,}',
  "{'a':1}",
  "NaN",
  "Infinity",
  "undefined",
  "01",
  "1e400",
  "-1e400",
  "-0",
  "9".repeat(400),
  `0.${"0".repeat(400)}1`,
  "\ufeff{}",
  "\u0000",
  "\u2028{}",
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"\\u005f\\u005fproto__":1}',
  '{"a":1,"a":2}',
  '"\\ud800"',
  '"\\u0000"',
  "/*c*/{}",
  nested("[", "]", 63),
  nested("[", "]", 10_000),
  nested('{"a":', "}", 3000),
  "[".repeat(50_000),
  `{${Array.from({ length: 3000 }, (_, n) => `"k${n}":${n}`).join(",")}}`,
  `"${"x".repeat(200_000)}"`,
  `[${"0,".repeat(20_000)}0]`,
];

/** A text of JSON with something in it that readers of JSON disagree about. */
function hurt(text: string, dice: Dice): string {
  const inside = text.startsWith("{") ? text.slice(1) : `"a":${text}}`;
  const also = inside === "}" ? "" : ",";
  const [first = "x"] = /"((?:[^"\\]|\\.)*)"/.exec(text)?.slice(1) ?? [];
  return dice.one([
    `{"__proto__":${text}${also}${inside}`,
    `{"constructor":{"prototype":${text}}${also}${inside}`,
    `{"${first}":null${also}${inside}`,
    `\ufeff${text}`,
    `${text}\u0000`,
    text.replace(/\d+/, "1e400"),
    text.replace(/\d+/, "-0"),
    text.replace(/\d+/, "123456789012345678901234567890"),
    text.replace(/\d+/, '"1"'),
    text.replace(/"/, '"\\ud800'),
    text.replace(/.$/, (end) => `,${end}`),
    ` \t\r\n${text}\n\n`,
  ]);
}

/** A text with some of its characters gone, doubled or others. */
export function mutated(text: string, dice: Dice): string {
  let changed = text;
  for (let n = dice.whole(1, 4); n > 0; n--) {
    const at = dice.whole(0, changed.length);
    const more = dice.one(["", "", '"', "{", "}", "[", "]", ",", ":", "\\", "\0", "\n", "e", "-", anyText(dice, 1)]);
    changed = changed.slice(0, at) + more + changed.slice(at + dice.whole(0, 3));
  }
  return changed;
}
