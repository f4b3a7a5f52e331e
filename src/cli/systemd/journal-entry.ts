import { cut } from "../../readable.ts";
import { inWords } from "../log-words.ts";
import { visible } from "../visible.ts";

/** A field of an entry, and what it says. */
export type Field = readonly [name: string, value: string];

/** Characters: all fields together fit into one datagram. */
const maxMessage = 8192;
const maxName = 256;
/** Bytes: as long as the line that journald would take. */
const maxEntry = 48 * 1024;

/**
 * A line as pino writes it, as fields of journald: what people read, what entries are looked for by, and the line itself
 * for programs, left out where it is longer than 48 KiB. The line is to be without secrets.
 */
export function fieldsOf(line: string): readonly Field[] {
  const json = line.trimEnd();
  const { level, time: _, msg, err, ...details } = parsed(json);
  const error = isRecord(err) ? err : {};
  const code = details["code"] ?? error["code"];
  const all = Object.entries(isRecord(err) ? { ...details, err: error["message"] ?? err } : details);
  const message = inWords(short(msg), Object.fromEntries(all.map(([name, value]) => [name, short(value)])));
  return [
    ["MESSAGE", cut(message, maxMessage)],
    ["PRIORITY", String(priorityOf(Number(level ?? 30)))],
    ["SYSLOG_IDENTIFIER", "benchd"],
    ...named("BENCHD_THING", details["thing"]),
    ...named("BENCHD_ACTION", details["action"]),
    ...named("BENCHD_INVOCATION", details["invocation"]),
    ...named("BENCHD_CODE", code),
    ...(Buffer.byteLength(json) > maxEntry ? [] : [["BENCHD_ENTRY", json] as const]),
  ];
}

/** The priorities of syslog(3), which sd-daemon(3) takes at the start of a line, for the levels of pino. */
export function priorityOf(level: number): number {
  if (level >= 60) return 2;
  if (level >= 50) return 3;
  if (level >= 40) return 4;
  return level >= 30 ? 6 : 7;
}

/** Nobody works through more of a text than will be shown of it. */
const short = (value: unknown) => (typeof value === "string" ? cut(value, maxMessage) : value);

const named = (name: string, value: unknown): readonly Field[] =>
  typeof value === "string" && value !== "" ? [[name, cut(visible(cut(value, maxName)), maxName)]] : [];

/** What is no JSON is told as it is: nothing that is logged may throw. */
function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    const entry: unknown = JSON.parse(json);
    return isRecord(entry) ? entry : { msg: json };
  } catch {
    return { msg: json };
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
