import type { Clock } from "../src/clock.ts";
import type { InvocationRecord } from "../src/invocation/record.ts";
import { isTerminal } from "../src/invocation/state.ts";

/** An invocation, and what the soak has seen of it. */
export interface Seen {
  readonly invocation: InvocationRecord;
  /** Bench time; ms. */
  readonly seenAt: number;
  /** Since when it has been asked to end, or should have ended; bench time. */
  endingSince: number | undefined;
  /** Bench time at which its end was told. */
  endedAt: number | undefined;
}

/** What has ended is remembered for so long; ms. */
const memoryMs = 300_000;

/** Every invocation, from the moment it is first seen until some minutes after its end. */
export class Roll {
  readonly #clock: Clock;
  readonly #all = new Map<string, Seen>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  see(invocation: InvocationRecord): Seen {
    const known = this.#all.get(invocation.id);
    if (known) return known;
    const seen: Seen = { invocation, seenAt: this.#clock.now(), endingSince: undefined, endedAt: undefined };
    this.#all.set(invocation.id, seen);
    void invocation.ended.then(() => {
      seen.endedAt = this.#clock.now();
    });
    return seen;
  }

  find(id: string | undefined): Seen | undefined {
    return id === undefined ? undefined : this.#all.get(id);
  }

  all(): readonly Seen[] {
    return [...this.#all.values()];
  }

  /** Those that have not ended. */
  live(): readonly Seen[] {
    return this.all().filter(({ invocation }) => !isTerminal(invocation.status));
  }

  /** The process has ended: what it leaves is seen anew by the next one. */
  forgetAll(): void {
    this.#all.clear();
  }

  forgetOld(): void {
    const before = this.#clock.now() - memoryMs;
    for (const [id, { endedAt }] of this.#all) if (endedAt !== undefined && endedAt < before) this.#all.delete(id);
  }
}
