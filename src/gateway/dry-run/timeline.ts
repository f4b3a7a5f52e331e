import type { Clock } from "../../clock.ts";
import type { Step } from "../../experiment/procedure/procedure.ts";
import { StepFailedError } from "../../experiment-errors.ts";
import type { ForeseenStep } from "./forecast.ts";

interface Entry {
  readonly line: number;
  readonly startMs: number;
  durationMs: number;
  times: number;
  /** When those that are under way have begun. */
  readonly open: number[];
}

/** When each step of a run begins and ends, by the clock of its bench. */
export class Timeline {
  readonly #clock: Clock;
  readonly #from: number;
  readonly #steps = new Map<string, Entry>();
  /** Those under way, the outer ones first. */
  readonly #open: Step[] = [];
  readonly #failures = new WeakMap<Error, Step>();

  /** The run begins now. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#from = clock.now();
  }

  /** Milliseconds since its beginning. */
  get elapsedMs(): number {
    return this.#clock.now() - this.#from;
  }

  /** The step under way that has begun last. */
  get here(): Step | undefined {
    return this.#open.at(-1);
  }

  began(step: Step): void {
    const { path, place } = step;
    const now = this.elapsedMs;
    const entry = this.#steps.get(path) ?? { line: place.line, startMs: now, durationMs: 0, times: 0, open: [] };
    entry.times++;
    entry.open.push(now);
    this.#steps.set(path, entry);
    this.#open.push(step);
  }

  /** With what it has failed, if it has. */
  ended(step: Step, failure?: Error): void {
    // It goes up through the steps that this one is in.
    if (failure && !this.#failures.has(failure)) this.#failures.set(failure, step);
    const entry = this.#steps.get(step.path);
    const since = entry?.open.pop();
    if (entry && since !== undefined) entry.durationMs += this.elapsedMs - since;
    const at = this.#open.lastIndexOf(step);
    if (at >= 0) this.#open.splice(at, 1);
  }

  /** In which step that has arisen, and what it was there. */
  failureOf(error: Error): { readonly step: Step | undefined; readonly message: string } {
    const { cause } = error;
    // What a step fails with says where, before what has failed.
    const { message } = error instanceof StepFailedError && cause instanceof Error ? cause : error;
    return { step: this.#failures.get(error), message };
  }

  /** In the order in which they have begun; those under way are told as if they ended now. */
  told(): readonly ForeseenStep[] {
    const now = this.elapsedMs;
    return [...this.#steps].map(([path, { line, startMs, durationMs, times, open }]) => {
      const soFar = open.reduce((sum, since) => sum + now - since, durationMs);
      return { path, line, startMs: Math.round(startMs), durationMs: Math.round(soFar), times };
    });
  }
}
