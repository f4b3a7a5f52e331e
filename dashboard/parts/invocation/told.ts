import type { Bench } from "../../bench/bench.ts";
import {
  type Delivery,
  InvocationState,
  type LogLine,
  type Step,
  type ToldInvocation,
} from "../../bench/invocation-state.ts";

/** All of an invocation, as `/action_invocations/{id}` and the history tell it. */
export interface WholeInvocation {
  readonly id: string;
  /** With the prefix and the Thing before it. */
  readonly action: string;
  readonly status: string;
  readonly timeRequested: string;
  readonly timeStarted: string | null;
  readonly timeCompleted: string | null;
  readonly progress: number | null;
  readonly queuePosition: number | null;
  readonly waitingFor: string | null;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly forced: boolean;
  readonly requestedBy?: string | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: { readonly detail: string; readonly type: string } | null;
  readonly log: readonly ToldLine[];
  readonly steps: readonly Omit<Step, "n">[];
  readonly delivery: readonly Delivery[];
}

interface ToldLine {
  readonly seq: number;
  readonly created: string;
  readonly levelname: string;
  readonly thing: string;
  readonly message: string;
}

/** The gateway tells no more steps: of what has had more nobody knows which these are. */
const maxSteps = 200;

/** As an event would tell it. */
function told(whole: WholeInvocation, prefix: string, requestedBy: string | null): ToldInvocation {
  const [thing = "", action = ""] = whole.action.slice(prefix.length + 1).split("/");
  const { id, status, progress, reason, outcome, error } = whole;
  return {
    ...{ id, thing, action, status, progress, reason, outcome },
    requestedBy: whole.requestedBy ?? requestedBy,
    error: error && { code: codeOf(error.type), message: error.detail },
  };
}

const codeOf = (type: string) => /^urn:benchd:error:(\w+)$/.exec(type)?.[1] ?? null;

/** Takes over what was read; events go on from there. */
export function takeOver(bench: Bench, whole: WholeInvocation, known: InvocationState | undefined): InvocationState {
  const now = told(whole, bench.about.peek()?.prefix ?? "", known?.told.peek().requestedBy ?? null);
  const since = Date.parse(whole.timeCompleted ?? whole.timeStarted ?? whole.timeRequested);
  const state = known ?? new InvocationState(now, since);
  // What has been told since it was read is newer.
  if (!state.ended) state.apply(now, since);
  state.append(whole.log.map(line));
  if (state.steps.peek().length === 0 || whole.steps.length < maxSteps)
    state.stepped(whole.steps.map((step, n) => ({ ...step, n })));
  if (whole.delivery.length > 0) state.delivery.value = whole.delivery;
  return state;
}

const line = ({ seq, created, levelname, thing, message }: ToldLine): LogLine => ({
  ...{ seq, at: created, thing, message },
  level: levelname.toLowerCase(),
});
