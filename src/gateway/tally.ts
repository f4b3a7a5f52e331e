import type { InvocationStatus } from "../invocation/state.ts";

interface Ended {
  readonly thing: string;
  readonly status: InvocationStatus;
}

/** How many invocations have ended since the start, by Thing and by how. */
export class Tally {
  readonly #counts = new Map<string, Map<InvocationStatus, number>>();

  count({ thing, status }: Ended): void {
    const counts = this.#counts.get(thing) ?? new Map<InvocationStatus, number>();
    this.#counts.set(thing, counts);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }

  /** There is no such Thing any more. */
  forget(thing: string): void {
    this.#counts.delete(thing);
  }

  of(thing: string): ReadonlyMap<InvocationStatus, number> {
    return this.#counts.get(thing) ?? none;
  }
}

const none: ReadonlyMap<InvocationStatus, number> = new Map();
