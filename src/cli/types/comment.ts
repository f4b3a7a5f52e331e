/** What is longer is cut off; characters. */
const maxLength = 400;
const between = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** What a schema or an affordance says of itself, as a comment before it, with the end of its line; empty when that is nothing. */
export function comment(about: unknown, indent: number): string {
  const text = words(about);
  return text === "" ? "" : `${"  ".repeat(indent)}/** ${text} */\n`;
}

/**
 * Whatever a device or a configuration calls itself, in one line: neither can it end a comment, nor tell the compiler
 * something.
 */
export function harmless(text: string): string {
  const line = text.replace(between, " ").trim().replaceAll("*/", "* /").replaceAll("@", "(at)");
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}

function words(about: unknown): string {
  if (typeof about !== "object" || about === null) return "";
  const { title, description, unit, ...schema } = about as Readonly<Record<string, unknown>>;
  const told = [title, description].filter((text) => typeof text === "string" && text !== "");
  const limits = Object.entries(inWords).flatMap(([key, say]) => {
    const limit = schema[key];
    return typeof limit === "number" || (key === "default" && isPlain(limit)) ? say(JSON.stringify(limit)) : [];
  });
  const measure = [...(typeof unit === "string" ? [unit] : []), ...limits].join(", ");
  return harmless(
    [...told, ...(measure === "" ? [] : [measure])].map((text) => String(text).replace(/\.$/, "")).join(". "),
  );
}

const isPlain = (value: unknown) => typeof value === "string" || typeof value === "boolean";

const inWords: Readonly<Record<string, (limit: string) => string>> = {
  minimum: (limit) => `at least ${limit}`,
  exclusiveMinimum: (limit) => `more than ${limit}`,
  maximum: (limit) => `at most ${limit}`,
  exclusiveMaximum: (limit) => `less than ${limit}`,
  default: (value) => `${value} unless told`,
};
