import { visible } from "./visible.ts";

/** What was said, and its details, in one line for people, whatever a device has put into it. */
export function inWords(message: unknown, details: Readonly<Record<string, unknown>>): string {
  const told = Object.entries(details).map(([name, value]) => ` ${name}=${inline(value)}`);
  return visible(`${message}${told.join("")}`).replaceAll("\n", "\\n");
}

const inline = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
