import { visible } from "./visible.ts";

/**
 * What was said, and its details, in one line for people, whatever a device has put into it. Of which invocation it is
 * the message says itself, or its URL.
 */
export function inWords(message: unknown, details: Readonly<Record<string, unknown>>): string {
  const { action: _, invocation: __, ...shown } = details;
  const told = Object.entries(shown).map(([name, value]) => ` ${name}=${inline(value)}`);
  return visible(`${message}${told.join("")}`).replaceAll("\n", "\\n");
}

const inline = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
