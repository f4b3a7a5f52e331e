import type { Clock } from "../clock.ts";
import type { Progress } from "../context.ts";
import type { StepRecord } from "./record.ts";
import { type InvocationStatus, isTerminal } from "./state.ts";

interface Called {
  readonly thing: string;
  readonly action: string;
  /** The process clock. */
  readonly clock: Clock;
}

interface Ticks {
  readonly requested: number;
  started?: number;
  ended?: number;
}

/** A call that an invocation makes on a Thing. */
export class Step implements StepRecord {
  /** Counts up within its invocation. */
  readonly n: number;
  readonly thing: string;
  readonly action: string;
  readonly requestedAt = Date.now();
  /** By the process clock; it stands in no record. */
  readonly #ticks: Ticks;
  readonly #clock: Clock;
  #status: InvocationStatus = "pending";
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #progress: number | null = null;
  #error: string | undefined;
  readonly #changed: () => void;

  constructor(n: number, { thing, action, clock }: Called, changed: () => void) {
    this.n = n;
    this.#clock = clock;
    this.#ticks = { requested: clock.now() };
    this.thing = thing;
    this.action = action;
    this.#changed = changed;
    changed();
  }

  get status(): InvocationStatus {
    return this.#status;
  }
  get startedAt(): number | undefined {
    return this.#startedAt;
  }
  get endedAt(): number | undefined {
    return this.#endedAt;
  }
  get progress(): number | null {
    return this.#progress;
  }
  get error(): string | undefined {
    return this.#error;
  }
  /** When that was, by the process clock: nobody turns it back. */
  get ticks(): Readonly<Ticks> {
    return this.#ticks;
  }

  start(): void {
    this.#status = "running";
    this.#startedAt = Date.now();
    this.#ticks.started = this.#clock.now();
    this.#changed();
  }

  report(progress: Progress): void {
    if (isTerminal(this.#status)) return;
    this.#progress = percent(progress);
    this.#changed();
  }

  /** The first end stands. */
  end(status: "completed" | "cancelled" | "error", why?: string): void {
    if (isTerminal(this.#status)) return;
    this.#status = status;
    this.#endedAt = Date.now();
    this.#ticks.ended = this.#clock.now();
    this.#error = why;
    this.#changed();
  }
}

/** 0 to 100, to a hundredth; null for what is no fraction. */
export function percent({ done, of }: Progress): number | null {
  const share = Math.round((10_000 * done) / of) / 100;
  return Number.isFinite(share) ? Math.min(100, Math.max(0, share)) : null;
}
