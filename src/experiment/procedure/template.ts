import { InputError } from "../../errors.ts";
import { weigh } from "../../invocation/weigh.ts";
import { quoted } from "./tree.ts";

/** `$name` in a text, or `$name.field`. */
export interface Reference {
  readonly name: string;
  /** The way into it: names of fields, and numbers of a list's items from 0. */
  readonly path: readonly string[];
}

const reference = /\$(?:\$|([A-Za-z_][\w.]*\b)|\{([A-Za-z_][\w.]*\b)\})/g;

/** Texts and references, in turn, `$$` being a dollar. Throws `InputError` for a dollar that begins nothing. */
export function partsOf(text: string): readonly (string | Reference)[] {
  if (!text.includes("$")) return [text];
  const parts: (string | Reference)[] = [];
  let at = 0;
  let plain = "";
  for (const match of text.matchAll(reference)) {
    plain += withoutDollar(text.slice(at, match.index), text);
    at = match.index + match[0].length;
    const [name, ...path] = (match[1] ?? match[2] ?? "").split(".");
    if (!name) plain += "$";
    else {
      if (plain !== "") parts.push(plain);
      plain = "";
      parts.push({ name, path });
    }
  }
  plain += withoutDollar(text.slice(at), text);
  if (plain !== "" || parts.length === 0) parts.push(plain);
  return parts;
}

function withoutDollar(between: string, text: string): string {
  if (!between.includes("$")) return between;
  throw new InputError(`in ${quoted(text)} a $ begins no name: write $$ for a dollar`);
}

/** The only thing in a text, if that is a reference: what it stands for keeps its type. */
export const lone = (parts: readonly (string | Reference)[]): Reference | undefined => {
  const [first, ...more] = parts;
  return typeof first === "object" && more.length === 0 ? first : undefined;
};

/** As it is written. */
export const written = ({ name, path }: Reference): string => ["$", [name, ...path].join(".")].join("");

/** A text that stands for itself where references are looked for. */
export const escaped = (text: string): string => text.replaceAll("$", "$$$$");

/** A value as a part of a text. */
export const asText = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "null");

/** What a step has in it may become so large when outputs of others are filled in; bytes. */
const maxFilled = 1024 * 1024;

/**
 * `given` with the outputs of earlier steps in place of their names. A text that is nothing but `$name` becomes what it
 * stands for; within other words that is written out. Throws `InputError` for what is not there, and for too much of it.
 */
export function fillIn(given: unknown, outputs: ReadonlyMap<string, unknown>): unknown {
  let left = maxFilled;
  const look = (wanted: Reference): unknown => {
    const value = follow(wanted, outputs);
    left -= weigh(value, left);
    if (left < 0) throw new InputError(`${written(wanted)} makes this larger than ${maxFilled / 2 ** 20} MiB`);
    return value;
  };
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") {
      const parts = partsOf(value);
      const whole = lone(parts);
      if (whole) return look(whole);
      return parts.map((part) => (typeof part === "string" ? part : asText(look(part)))).join("");
    }
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one)]));
  };
  return fill(given);
}

/** The same for a message, which is a text whatever it names. */
export const fillInText = (given: string, outputs: ReadonlyMap<string, unknown>): string =>
  asText(fillIn(given, outputs));

function follow(wanted: Reference, outputs: ReadonlyMap<string, unknown>): unknown {
  const { name, path } = wanted;
  if (!outputs.has(name)) throw new InputError(`nothing has given ${written({ name, path: [] })} yet`);
  let value = outputs.get(name);
  for (const field of path) {
    const inside = typeof value === "object" && value !== null && Object.hasOwn(value, field);
    if (!inside)
      throw new InputError(`there is no ${written(wanted)}: ${name} is ${quoted(asText(outputs.get(name)))}`);
    value = (value as Readonly<Record<string, unknown>>)[field];
  }
  return value;
}
