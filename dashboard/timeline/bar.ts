import type { Status, ToldBar, ToldPart } from "./shapes.ts";

/** A stretch of an invocation in which it did not work: ms since 1970, null while it goes on. */
export interface Part {
  readonly kind: "wire" | "prompt" | "cancel";
  readonly from: number;
  readonly to: number | null;
  /** The id of the prompt, where an event has told of it. */
  readonly prompt?: string;
}

/** From when it was asked for over when it began to when it was over: ms since 1970, null while that is to come. */
export interface Span {
  readonly status: Status;
  readonly requestedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** A call that an invocation makes on another Thing. */
export interface StepBar extends Span {
  readonly n: number;
  readonly thing: string;
  readonly action: string;
}

/** An invocation as it is drawn. */
export interface Bar extends Span {
  readonly id: string;
  readonly thing: string;
  readonly action: string;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly requestedBy: string | null;
  /** 0 to 100, or null when it reports none. */
  readonly progress: number | null;
  readonly parts: readonly Part[];
  /** By their number. */
  readonly steps: readonly StepBar[];
}

const ranks: Readonly<Record<Status, number>> = { pending: 0, running: 1, completed: 2, cancelled: 2, error: 2 };

/** How far something has come: it never goes back. */
export const rankOf = ({ status }: Pick<Span, "status">): number => ranks[status];

export const isOver = (span: Pick<Span, "status">): boolean => rankOf(span) === 2;

/** As the gateway tells it. */
export function barOf(thing: string, told: ToldBar): Bar {
  const { id, action, status, reason, outcome, requestedBy, progress, parts } = told;
  return {
    ...{ id, thing, action, status, reason, outcome, requestedBy, progress },
    requestedAt: Date.parse(told.requestedAt),
    startedAt: timeOf(told.startedAt),
    endedAt: timeOf(told.endedAt),
    parts: parts.flatMap(partOf),
    steps: stepsOf(parts),
  };
}

const timeOf = (text: string | null): number | null => (text === null ? null : Date.parse(text));

function partOf({ kind, from, to, thing }: ToldPart): readonly Part[] {
  if (thing !== undefined || kind === "queued" || kind === "step") return [];
  return [{ kind, from: Date.parse(from), to: timeOf(to) }];
}

/** A step, and its waiting for its lane, are two parts with one number. */
function stepsOf(parts: readonly ToldPart[]): readonly StepBar[] {
  const steps = new Map<number, StepBar>();
  for (const { kind, from, to, thing = "", action, n, status } of parts) {
    if (n === undefined) continue;
    const known = steps.get(n);
    const [begun, over] = [Date.parse(from), timeOf(to)];
    if (kind === "queued") {
      const waiting = {
        n,
        thing,
        action: "",
        status: over === null ? "pending" : "cancelled",
        startedAt: null,
      } as const;
      steps.set(n, { ...waiting, endedAt: over, ...known, requestedAt: begun });
    } else if (kind === "step") {
      const told = { n, thing, action: action ?? "", status: status ?? "running", startedAt: begun, endedAt: over };
      steps.set(n, { ...told, requestedAt: known?.requestedAt ?? begun });
    }
  }
  return [...steps.values()].sort((a, b) => a.n - b.n);
}

/** What was read, with what events have told since it was read: whichever has come further. */
export function merged(known: Bar, read: Bar): Bar {
  const [further, other] = rankOf(known) > rankOf(read) ? [known, read] : [read, known];
  const { endedAt } = further;
  // What is told as a prompt by an event has no number in what is read: that has all of them.
  const parts = read.parts.map((part) => ({ ...part, to: part.to ?? endedAt }));
  const newer = known.parts.filter(({ from }) => from > Math.max(0, ...read.parts.map((part) => part.from)));
  return {
    ...further,
    requestedAt: read.requestedAt,
    startedAt: further.startedAt === null ? null : (read.startedAt ?? further.startedAt),
    progress: further.progress ?? other.progress,
    parts: further === read ? parts : [...parts, ...newer],
    steps: mergedSteps(known.steps, read.steps),
  };
}

export function mergedSteps(known: readonly StepBar[], read: readonly StepBar[]): readonly StepBar[] {
  const all = new Map(known.map((step) => [step.n, step]));
  for (const step of read) {
    const before = all.get(step.n);
    all.set(
      step.n,
      before && rankOf(before) > rankOf(step) ? before : { ...step, action: step.action || before?.action || "" },
    );
  }
  return [...all.values()].sort((a, b) => a.n - b.n).slice(-maxSteps);
}

/** Of an invocation that makes more calls the latest are drawn. */
const maxSteps = 200;
