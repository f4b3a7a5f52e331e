import type { OutputContract, OutputPolicy, Table } from "./affordance.ts";

export const occasions = ["onStart", "onStop", "onCrash", "onDisconnect", "onLeaseLoss"] as const;
export type Occasion = (typeof occasions)[number];

/** A contract with nothing left out that it says about occasions. */
export type SettledOutput = OutputContract & Readonly<Record<Occasion, OutputPolicy>>;

/** How an output is reached, and who else sees to it; both are known once it is wired. */
export interface OutputReach {
  /** By a GPIO line, by the cable to its device, or through another Thing. */
  readonly by: "pin" | "cable" | "thing";
  /** The device itself makes it safe when it hears nothing more. */
  readonly deadMan: boolean;
}

/** What is wrong with one field of a contract, and what to do. */
export interface Contradiction {
  readonly field: keyof OutputContract;
  readonly message: string;
}

/** So long may a planned restart take: what must be over before needs no holding; ms. */
const restartMs = 40_000;
/** After these nobody is there to set it, nor to count. */
const absences = ["onStart", "onStop", "onCrash", "onDisconnect"] as const;

/** What a contract says against itself, wherever it is wired to. */
export function* contradictions(contract: OutputContract): Iterable<Contradiction> {
  const { onStart, onStop, onCrash, onDisconnect, maxOnMs, renewEveryMs } = contract;
  const held = absences.find((occasion) => contract[occasion] === "hold");
  if (renewEveryMs !== undefined && held)
    yield {
      field: "renewEveryMs",
      message: `nobody sets it again while it is held (${held}: hold): leave out one of the two`,
    };
  if (renewEveryMs !== undefined && maxOnMs !== undefined && renewEveryMs > maxOnMs)
    yield { field: "renewEveryMs", message: `its maxOnMs, ${maxOnMs}, is over before: make renewEveryMs shorter` };
  if (onStop === "hold" && maxOnMs !== undefined && maxOnMs < restartMs)
    yield {
      field: "onStop",
      message: `its maxOnMs, ${maxOnMs}, may be over before a restart has ended (${restartMs} ms): leave out hold, or allow it longer`,
    };
  if (onCrash === "hold" && maxOnMs !== undefined)
    yield { field: "onCrash", message: "nobody counts its maxOnMs after a crash: leave out one of the two" };
  if (onStart === "hold" && onStop !== "hold" && onCrash !== "hold" && onDisconnect !== "hold")
    yield {
      field: "onStart",
      message: "nothing holds it before it is opened: add onStop: hold, onCrash: hold or onDisconnect: hold",
    };
}

/** What a contract promises that cannot be kept where the output is wired to. */
export function* brokenPromises(contract: OutputContract, { by, deadMan }: OutputReach): Iterable<Contradiction> {
  const held = (["onStop", "onCrash", "onDisconnect"] as const).find((occasion) => contract[occasion] === "hold");
  if (deadMan && held)
    yield { field: held, message: "the device makes it safe by itself when it hears nothing more: leave out hold" };
  if (by === "cable" && contract.onDisconnect === "safe" && !deadMan && contract.cutBy === undefined)
    yield {
      field: "onDisconnect",
      message:
        "behind the cable that is lost nobody can make it safe: name what cuts its power (cutBy: relays.pump_power), or leave this out",
    };
  const { emergency = contract.safe } = contract;
  if (by !== "pin" && emergency !== "keep" && emergency !== contract.safe)
    yield {
      field: "emergency",
      message: `only a pin can be brought to ${emergency} in an emergency: its driver knows the safe value alone; keep it, or leave this out`,
    };
  if (by === "pin" && typeof contract.safe === "number" && contract.safe !== 0 && contract.safe !== 1)
    yield { field: "safe", message: `a pin is on or off, and ${contract.safe} is neither` };
}

/** With everything filled in as it will be done. */
export function settle(contract: OutputContract, { by, deadMan }: OutputReach): SettledOutput {
  const cut = deadMan || contract.cutBy !== undefined;
  return {
    onStart: contract.onStop === "hold" ? "hold" : "safe",
    onStop: "safe",
    onCrash: "safe",
    onDisconnect: by === "cable" && !cut ? "hold" : "safe",
    onLeaseLoss: "safe",
    ...contract,
  };
}

/** The outputs that stay as they are on that occasion. */
export function heldOn(outputs: Table<OutputContract>, occasion: Occasion): readonly string[] {
  return Object.keys(outputs).filter((name) => outputs[name]?.[occasion] === "hold");
}

/** Those to be made safe together, and how long after the first; ms. */
export interface Turn {
  readonly afterMs: number;
  readonly names: readonly string[];
}

/** In which turns outputs are made safe; within a turn by their `order`. Without outputs there is one turn, for nothing. */
export function turnsOf(outputs: Table<OutputContract>): readonly Turn[] {
  const orderOf = (name: string) => outputs[name]?.order ?? 0;
  const turns = new Map<number, string[]>();
  for (const name of Object.keys(outputs).sort((a, b) => orderOf(a) - orderOf(b))) {
    const { afterMs = 0 } = outputs[name] ?? {};
    turns.set(afterMs, [...(turns.get(afterMs) ?? []), name]);
  }
  if (turns.size === 0) return [{ afterMs: 0, names: [] }];
  return [...turns].sort(([a], [b]) => a - b).map(([afterMs, names]) => ({ afterMs, names }));
}
