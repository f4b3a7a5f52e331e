import { formatDuration } from "../../duration.ts";
import { status } from "../status.ts";
import { inLine } from "../terminal/in-line.ts";
import type { Schema } from "../value/schema.ts";
import { behind } from "../value/unit.ts";
import { valueText } from "../value/value-text.ts";
import type { ToldDelivery, WholeInvocation } from "./told-invocation.ts";

const reasons: Readonly<Record<string, string>> = {
  client: "",
  stopped: "somebody has stopped the device",
  emergency_stop: "the emergency stop was pressed",
  interlock: "an interlock has tripped",
  lease_lost: "the lease that it was under was lost",
  shutdown: "benchd was ended",
  restart: "benchd was started again before it began",
};

/** How it has ended, in lines for people. */
export function endWords(name: string, invocation: WholeInvocation): readonly string[] {
  const { status: how, error, reason, forced, outcome, delivery } = invocation;
  const took = tookMs(invocation);
  const time = took === undefined ? "" : ` after ${formatDuration(took)}`;
  const why = reason === null ? "" : (reasons[reason] ?? reason);
  const code = /^urn:benchd:error:(\w+)$/.exec(error?.type ?? "")?.[1];
  const detail = error?.detail ? `: ${inLine(error.detail)}` : "";
  const first =
    how === "completed"
      ? `${name} is completed${time}.`
      : how === "cancelled"
        ? `${name} was cancelled${time}${why && `: ${why}`}.`
        : `${name} has failed${time}${detail}${code ? ` (${code})` : ""}`;
  return [
    first,
    ...delivery.map(deliveryWords),
    ...(forced ? ["It did not end by itself in time, and was cut off."] : []),
    ...(outcome === "unknown" ? ["Nobody knows what the device has done: look at it before you go on."] : []),
  ];
}

function tookMs({ timeStarted, timeRequested, timeCompleted }: WholeInvocation): number | undefined {
  const from = timeStarted ?? timeRequested;
  return from === null || timeCompleted === null
    ? undefined
    : Math.max(0, Date.parse(timeCompleted) - Date.parse(from));
}

function deliveryWords({ thing, unit, requested, confirmed, uncertain }: ToldDelivery): string {
  const of = requested === null || requested === confirmed ? "" : ` of ${rounded(requested)}${behind(unit)}`;
  const more = uncertain > 0 ? `, and perhaps up to ${rounded(uncertain)}${behind(unit)} more` : "";
  return `${inLine(thing)} has delivered ${rounded(confirmed)}${behind(unit)}${of}${more}`;
}

/** Sums of many strokes have digits that nobody has measured. */
export const rounded = (amount: number): number => Number(amount.toPrecision(6));

/** What it has returned, a field a line; nothing where it returns nothing. */
export function outputLines(output: unknown, schema: Schema = {}): readonly string[] {
  if (output === null || output === undefined) return [];
  if (typeof output !== "object" || Array.isArray(output)) return [valueText(output, schema)];
  const width = Math.max(0, ...Object.keys(output).map(({ length }) => length));
  return Object.entries(output).map(
    ([name, value]) => `${inLine(name).padEnd(width)}  ${valueText(value, schema.properties?.[name])}`,
  );
}

/** What a command exits with that has waited for its end. */
export function endStatus({ status: how, outcome }: WholeInvocation, timedOut: boolean): number {
  if (how === "completed") return status.ok;
  if (outcome === "unknown") return status.unknown;
  if (how === "cancelled") return timedOut ? status.timeout : status.cancelled;
  return status.error;
}
