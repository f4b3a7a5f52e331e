import type { BenchEvent } from "../../src/client/events.ts";
import { type Bar, isOver, mergedSteps, rankOf, type StepBar } from "./bar.ts";

type Of<K extends BenchEvent["kind"]> = Extract<BenchEvent, { readonly kind: K }>;
/** What changes a bar. */
export type BarEvent = Of<"invocation"> | Of<"progress"> | Of<"steps"> | Of<"prompt">;

export const isBarEvent = (event: BenchEvent): event is BarEvent =>
  event.kind === "invocation" || event.kind === "progress" || event.kind === "steps" || event.kind === "prompt";

/** A bar with what an event tells; undefined where there is none, and the event begins none. */
export function folded(bar: Bar | undefined, event: BarEvent): Bar | undefined {
  const at = Date.parse(event.at);
  if (event.kind === "invocation") return invocation(bar, event, at);
  if (!bar) return undefined;
  if (event.kind === "progress") return { ...bar, progress: event.progress };
  if (event.kind === "steps") return { ...bar, steps: mergedSteps(bar.steps, steps(bar.steps, event, at)) };
  return { ...bar, parts: prompted(bar, event, at) };
}

function invocation(bar: Bar | undefined, event: Of<"invocation">, at: number): Bar {
  const { id, thing, action, status, reason, outcome, requestedBy } = event;
  const told = { id, thing, action, status, reason, outcome, requestedBy };
  const progress = event.progress ?? bar?.progress ?? null;
  if (bar && rankOf(bar) > rankOf({ status })) return bar;
  const startedAt = bar?.startedAt ?? (status === "running" ? at : null);
  const known = { requestedAt: bar?.requestedAt ?? at, startedAt, steps: bar?.steps ?? [], parts: bar?.parts ?? [] };
  if (!isOver({ status })) return { ...known, ...told, progress, endedAt: null };
  return {
    ...known,
    ...told,
    progress,
    endedAt: bar?.endedAt ?? at,
    parts: known.parts.map((part) => ended(part, at)),
  };
}

const ended = <S extends { readonly to: number | null }>(span: S, at: number): S => ({ ...span, to: span.to ?? at });

function steps(known: readonly StepBar[], event: Of<"steps">, at: number): readonly StepBar[] {
  return event.steps.map(({ n, thing, action, status }) => {
    const before = known.find((step) => step.n === n);
    const requestedAt = before?.requestedAt ?? at;
    const startedAt = before?.startedAt ?? (status === "running" ? at : null);
    const begun = isOver({ status }) && status === "completed" ? (startedAt ?? requestedAt) : startedAt;
    const endedAt = isOver({ status }) ? (before?.endedAt ?? at) : null;
    return { n, thing, action, status, requestedAt, startedAt: begun, endedAt };
  });
}

function prompted(bar: Bar, { prompt, state }: Of<"prompt">, at: number): Bar["parts"] {
  const known = bar.parts.find((part) => part.prompt === prompt);
  if (state === "open") return known ? bar.parts : [...bar.parts, { kind: "prompt", from: at, to: null, prompt }];
  // One that was read has no name: whichever goes on is over.
  return bar.parts.map((part) =>
    part.kind === "prompt" && (known ? part === known : part.to === null) ? ended(part, at) : part,
  );
}
