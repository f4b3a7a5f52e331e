import { type Bar, barOf } from "../../dashboard/timeline/bar.ts";
import type { ToldBar, ToldTimeline } from "../../dashboard/timeline/shapes.ts";
import type { BenchEvent } from "../../src/client/events.ts";

/** Some second of a day; `s` is so many seconds later. */
export const second = (s: number): number => Date.parse("2026-11-20T10:00:00Z") + 1000 * s;
export const at = (s: number): string => new Date(second(s)).toISOString();

const base: Omit<ToldBar, "id"> = {
  ...{ action: "dispense", status: "completed", reason: null, outcome: null, requestedBy: "ada", progress: null },
  ...{ requestedAt: at(0), startedAt: at(1), endedAt: at(5), parts: [] },
};

export const told = (id: string, more: Partial<ToldBar> = {}): ToldBar => ({ ...base, id, ...more });

export const bar = (id: string, more: Partial<ToldBar> = {}, thing = "pump"): Bar => barOf(thing, told(id, more));

/** An answer of the gateway, by Things. */
export const answer = (
  lanes: Readonly<Record<string, readonly ToldBar[]>>,
  { now = at(60), truncated = false } = {},
): ToldTimeline => ({
  now,
  since: at(-900),
  lanes: Object.entries(lanes).map(([thing, invocations]) => ({ thing, invocations })),
  truncated,
});

type Of<K extends BenchEvent["kind"]> = Extract<BenchEvent, { readonly kind: K }>;
const of = { thing: "pump", action: "dispense", number: 1 };

export const invocation = (id: string, s: number, more: Partial<Of<"invocation">>): Of<"invocation"> => ({
  ...{ ...of, kind: "invocation", id, seq: 1, at: at(s), status: "pending", requestedBy: "ada", progress: null },
  ...{ reason: null, outcome: null, forced: false, error: null },
  ...more,
});

export const steps = (id: string, s: number, all: Of<"steps">["steps"]): Of<"steps"> => ({
  ...{ ...of, kind: "steps", id, at: at(s), steps: all },
});

export const prompt = (id: string, s: number, state: Of<"prompt">["state"]): Of<"prompt"> => ({
  ...{ ...of, kind: "prompt", id, at: at(s), prompt: "p1", asker: "pump", state, things: ["pump"] },
  ...{ message: "Is it full?", title: null, answeredBy: null },
});
