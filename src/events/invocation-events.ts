import { BenchdError } from "../errors.ts";
import type { Invocation } from "../invocation/invocation.ts";
import type { Part } from "../invocation/journal.ts";
import type { InvocationWatcher } from "../invocation/live.ts";
import type { Coalescer } from "./coalescer.ts";
import type { BenchEvent } from "./event.ts";
import type { InvocationEvent, LogEvent, StepsEvent, ToldLine, ToldStep } from "./of-invocation.ts";

/** Of what somebody says; characters. */
const maxWords = 500;
/** The lines of one event, together; characters. */
const maxLines = 16_384;

/** What was told of an invocation before. */
interface Told {
  nextLine?: number;
  /** By number of the step. */
  steps: ReadonlyMap<number, string>;
}

/** Tells of invocations: each status at once, what changes meanwhile as often as is useful. */
export class InvocationEvents implements InvocationWatcher {
  readonly #events: Coalescer;
  readonly #told = new WeakMap<Invocation, Told>();

  constructor(events: Coalescer) {
    this.#events = events;
  }

  requested(invocation: Invocation): void {
    this.#events.tell(status(invocation), []);
  }

  started(invocation: Invocation): void {
    this.#events.tell(status(invocation), []);
  }

  changed(invocation: Invocation, part: Part): void {
    if (part === "excerpts" || part === "positions") return;
    // The line that has just been written is the first to be told: others come from an earlier process.
    if (part === "log") this.#toldOf(invocation).nextLine ??= invocation.log.nextSeq - 1;
    const { id } = invocation;
    this.#events.changed({ key: `${id} ${part}`, about: id, event: () => this.#change(invocation, part) });
  }

  ended(invocation: Invocation): void {
    // What it has written before it ended, too.
    const used = invocation.provenance.map(({ thing }) => thing);
    this.#events.tell(status(invocation), [invocation.id, ...used]);
  }

  #change(invocation: Invocation, part: Exclude<Part, "excerpts" | "positions">): BenchEvent | undefined {
    switch (part) {
      case "progress":
        return { kind: "progress", ...of(invocation), progress: invocation.progress };
      case "delivery":
        return { kind: "delivery", ...of(invocation), delivery: invocation.delivery };
      case "log":
        return lines(invocation, this.#toldOf(invocation));
      case "steps":
        return steps(invocation, this.#toldOf(invocation));
    }
  }

  #toldOf(invocation: Invocation): Told {
    const told = this.#told.get(invocation) ?? { steps: new Map() };
    this.#told.set(invocation, told);
    return told;
  }
}

const of = ({ thing, action, id }: Invocation) => ({ thing, action, id });

function status(invocation: Invocation): InvocationEvent {
  const { thing, action, id, seq, status, requestedBy, progress, forced } = invocation;
  const { reason = null, outcome = null } = invocation;
  const error = invocation.error ? wordsOf(invocation.error) : null;
  return { kind: "invocation", thing, action, id, seq, status, requestedBy, progress, reason, outcome, forced, error };
}

const wordsOf = (error: Error): NonNullable<InvocationEvent["error"]> => ({
  code: error instanceof BenchdError ? error.code : null,
  message: error.message.slice(0, maxWords),
});

/** The lines that have not been told; of too many the latest. */
function lines(invocation: Invocation, told: Told): LogEvent | undefined {
  const { nextLine = 0 } = told;
  const lines: ToldLine[] = [];
  let room = maxLines;
  for (const { seq, at, level, thing, message } of invocation.log.entries(nextLine).toReversed()) {
    room -= message.length;
    if (room < 0 && lines.length > 0) break;
    lines.unshift({ seq, at: new Date(at).toISOString(), level, thing, message });
  }
  told.nextLine = invocation.log.nextSeq;
  const [first] = lines;
  return first && { kind: "log", ...of(invocation), lines, dropped: first.seq - nextLine };
}

/** The steps that are not as they were told. */
function steps(invocation: Invocation, told: Told): StepsEvent | undefined {
  const before = told.steps;
  told.steps = new Map(invocation.steps.map((step) => [step.n, `${step.status} ${step.progress}`]));
  const news = invocation.steps.filter(({ n }) => before.get(n) !== told.steps.get(n));
  if (news.length === 0) return undefined;
  const steps = news.map(
    ({ n, thing, action, status, progress, error }): ToldStep => ({
      ...{ n, thing, action, status, progress },
      error: error === undefined ? null : error.slice(0, maxWords),
    }),
  );
  return { kind: "steps", ...of(invocation), steps };
}
