import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../context.ts";
import { oneLine } from "../one-line.ts";
import { redact } from "../redact.ts";
import { visible } from "./visible.ts";

/** How the lines look: JSON for programs, with a priority for journald, short for somebody who watches. */
export type LogStyle = "json" | "journal" | "human";

/** Whatever is logged, and from wherever it comes: no line lets anybody in. */
export function createLogger(destination: DestinationStream, style: LogStyle): Logger {
  const write = (line: string) => destination.write(styles[style](redact(oneLine(line))));
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}

/** How the gateway logs: in its own levels, naming the Thing that speaks. */
export function gatewayLog(log: Logger): (thing: string, level: LogLevel, message: string) => void {
  return (thing, level, message) => log[level === "warning" ? "warn" : level](thing ? { thing } : {}, message);
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

/** The priorities of syslog(3), which sd-daemon(3) takes at the start of a line. */
function priorityOf(level: number): number {
  if (level >= 60) return 2;
  if (level >= 50) return 3;
  if (level >= 40) return 4;
  return level >= 30 ? 6 : 7;
}

function human(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const details = Object.entries(rest).map(([name, value]) => ` ${name}=${inline(value)}`);
  const stack = typeof err === "object" && err !== null && "stack" in err ? `\n${indented(String(err.stack))}` : "";
  const label = pino.levels.labels[Number(level)] ?? "";
  const text = visible(`${msg}${details.join("")}`).replaceAll("\n", "\\n");
  return `${String(time).slice(11, 19)} ${label.padEnd(5)} ${text}${visible(stack)}\n`;
}

/** No line of a message can be taken for an entry. */
const indented = (stack: string) => stack.replace(/^/gm, "    ");

const inline = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
