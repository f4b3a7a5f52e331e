import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../context.ts";
import type { LogFields } from "../log-fields.ts";
import { oneLine } from "../one-line.ts";
import { redact } from "../redact.ts";
import { inWords } from "./log-words.ts";
import type { Journal } from "./systemd/journal.ts";
import { fieldsOf, priorityOf } from "./systemd/journal-entry.ts";
import { visible } from "./visible.ts";

/** How the lines look: JSON for programs, with a priority for journald, short for somebody who watches. */
export type LogStyle = "json" | "journal" | "human";

/**
 * Whatever is logged, and from wherever it comes: no line lets anybody in. What the journal does not take as fields it
 * gets as a line.
 */
export function createLogger(
  destination: DestinationStream,
  style: LogStyle,
  journal?: Pick<Journal, "write">,
): Logger {
  const write = (line: string) => {
    const harmless = redact(oneLine(line));
    const asLine = () => void destination.write(styles[style](harmless));
    if (style === "journal" && journal) journal.write(fieldsOf(harmless), asLine);
    else asLine();
  };
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}

/** How the gateway logs: in its own levels, naming the Thing that speaks and what it speaks of. */
export function gatewayLog(log: Logger): (thing: string, level: LogLevel, message: string, fields?: LogFields) => void {
  return (thing, level, message, fields) =>
    log[level === "warning" ? "warn" : level]({ ...(thing && { thing }), ...fields }, message);
}

/** Below systemd the journal reads standard output; it names itself in the environment. */
export function logStyle(environment: Readonly<Record<string, string | undefined>>, interactive: boolean): LogStyle {
  if (interactive) return "human";
  return environment["JOURNAL_STREAM"] ? "journal" : "json";
}

const styles: Readonly<Record<LogStyle, (line: string) => string>> = {
  json: (line) => line,
  journal: (line) => `<${priorityOf(levelOf(line))}>${line}`,
  human,
};

/** Pino writes the level first; parsing every line for it would cost more than writing it. */
const levelOf = (line: string) => Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 30);

function human(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const stack = typeof err === "object" && err !== null && "stack" in err ? `\n${indented(String(err.stack))}` : "";
  const label = pino.levels.labels[Number(level)] ?? "";
  return `${String(time).slice(11, 19)} ${label.padEnd(5)} ${inWords(msg, rest)}${visible(stack)}\n`;
}

/** No line of a message can be taken for an entry. */
const indented = (stack: string) => stack.replace(/^/gm, "    ");
