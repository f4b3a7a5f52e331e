import type { InvocationRecord } from "../../invocation/record.ts";
import { withHrefs } from "../blobs/blob-json.ts";
import type { Base } from "../invocation-json.ts";

const columns: readonly (readonly [string, (record: InvocationRecord, base: Base) => unknown])[] = [
  ["seq", ({ seq }) => seq],
  ["id", ({ id }) => id],
  ["thing", ({ thing }) => thing],
  ["action", ({ action }) => action],
  ["status", ({ status }) => status],
  ["reason", ({ reason }) => reason],
  ["outcome", ({ outcome }) => outcome],
  ["forced", ({ forced }) => forced],
  ["requested_by", ({ requestedBy }) => requestedBy],
  ["time_requested", ({ requestedAt }) => time(requestedAt)],
  ["time_started", ({ startedAt }) => time(startedAt)],
  ["time_completed", ({ endedAt }) => time(endedAt)],
  ["clock_trusted", ({ clockTrusted }) => clockTrusted],
  ["waited_ms", ({ waitedMs }) => waitedMs],
  ["ran_ms", ({ ranMs }) => ranMs],
  ["error", ({ error }) => error?.message],
  ["input", ({ input }, base) => value(withHrefs(input, base))],
  ["output", ({ output }, base) => value(withHrefs(output, base))],
  ["delivery", ({ delivery }) => (delivery.length > 0 ? value(delivery) : undefined)],
  ["provenance", ({ provenance }) => (provenance.length > 0 ? value(provenance) : undefined)],
  ["requested_from", ({ requestedFrom }) => requestedFrom],
];

export const csvHeader = (): string => row(columns.map(([name]) => name));

/** A line of RFC 4180. */
export const csvRow = (record: InvocationRecord, base: Base): string => row(columns.map(([, of]) => of(record, base)));

const row = (cells: readonly unknown[]): string => `${cells.map(cell).join(",")}\r\n`;

/** By these a formula begins, in whatever width; in some countries a semicolon ends a cell, whatever the file says. */
const formula = /(^|[;\t\r\n])([^\S\t\r\n]*)(?=[=+\-@\uff0b\uff0d\uff1d\uff20])/g;

/** What a spreadsheet would take for a formula is made a text; numbers stay numbers, also negative ones. */
function cell(content: unknown): string {
  if (content === undefined || content === null) return "";
  const text = String(content);
  if (typeof content !== "string") return text;
  const harmless = text.replace(/^\s*[\t\r]/, "'$&").replace(formula, "$1'$2");
  return /[",;\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const value = (content: unknown): unknown =>
  content === undefined || content === null || typeof content === "number" ? content : JSON.stringify(content);

const time = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
