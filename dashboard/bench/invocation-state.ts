import { type Signal, signal } from "@preact/signals";

/** What is told of an invocation, by an event or by the gateway when it is asked. */
export interface ToldInvocation {
  readonly id: string;
  readonly thing: string;
  readonly action: string;
  readonly status: string;
  readonly progress: number | null;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly requestedBy: string | null;
  readonly error: { readonly code: string | null; readonly message: string } | null;
}

export interface LogLine {
  readonly seq: number;
  readonly at: string;
  readonly level: string;
  readonly thing: string;
  readonly message: string;
}

export interface Step {
  readonly n: number;
  readonly thing: string;
  readonly action: string;
  readonly status: string;
  readonly progress: number | null;
}

export interface Delivery {
  readonly thing: string;
  readonly unit: string;
  readonly requested: number | null;
  readonly confirmed: number;
  readonly uncertain: number;
}

/** The latest lines, as the gateway keeps no more either. */
const maxLines = 1000;

/** An invocation as this page knows it by now. */
export class InvocationState {
  readonly id: string;
  readonly thing: string;
  readonly action: string;
  readonly told: Signal<ToldInvocation>;
  readonly progress: Signal<number | null>;
  readonly log = signal<readonly LogLine[]>([]);
  readonly steps = signal<readonly Step[]>([]);
  readonly delivery = signal<readonly Delivery[]>([]);
  /** When its present status was told first; by the gateway's clock. */
  readonly since: Signal<number>;

  constructor(told: ToldInvocation, at: number) {
    this.id = told.id;
    this.thing = told.thing;
    this.action = told.action;
    this.told = signal(told);
    this.progress = signal(told.progress);
    this.since = signal(at);
  }

  get ended(): boolean {
    const { status } = this.told.value;
    return status !== "pending" && status !== "running";
  }

  apply(told: ToldInvocation, at: number): void {
    if (told.status !== this.told.peek().status) this.since.value = at;
    this.told.value = told;
    if (told.progress !== null) this.progress.value = told.progress;
  }

  /** Lines may come twice, and older ones later: when the log is read while it is told of. */
  append(lines: readonly LogLine[]): void {
    const known = this.log.peek();
    const last = known.at(-1)?.seq ?? -1;
    if (lines.every(({ seq }, n) => seq > (lines[n - 1]?.seq ?? last))) {
      if (lines.length > 0) this.log.value = [...known, ...lines].slice(-maxLines);
      return;
    }
    const all = new Map([...lines, ...known].map((line) => [line.seq, line]));
    this.log.value = [...all.values()].sort((a, b) => a.seq - b.seq).slice(-maxLines);
  }

  /** Of a step the latest counts. */
  stepped(steps: readonly Step[]): void {
    const all = new Map(this.steps.peek().map((step) => [step.n, step]));
    for (const step of steps) all.set(step.n, step);
    this.steps.value = [...all.values()].sort((a, b) => a.n - b.n);
  }
}
