import type { Interlock } from "./shapes.ts";

/** An interlock that lets nothing begin. */
export interface InTheWay {
  readonly name: string;
  readonly why: string;
  /** What ends it: seeing to it and a reset, a reset alone, or that somebody knows. */
  readonly wants: "care" | "reset" | "knowledge";
}

/** Those that keep work from a Thing, as far as this page has been told. The gateway decides. */
export function inTheWayOf(interlocks: ReadonlyMap<string, Interlock>, thing: string): readonly InTheWay[] {
  return [...interlocks]
    .filter(([, one]) => guards(one, thing) && (one.tripped || one.condition !== "met"))
    .map(([name, { tripped, condition, reason, conditionReason }]) => ({
      name,
      why: reason ?? conditionReason ?? "nobody knows why",
      wants: tripped ? (condition === "met" ? "reset" : "care") : "knowledge",
    }));
}

/** Events name the Things, what is read the outputs: `heater.heater`. */
const guards = ({ things, outputs = {} }: Interlock, thing: string): boolean =>
  things?.includes(thing) ?? Object.keys(outputs).some((output) => output.startsWith(`${thing}.`));
