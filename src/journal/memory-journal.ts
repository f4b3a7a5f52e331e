import type { Clock, Timer } from "../clock.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { type InvocationFilter, type Journal, matches } from "../invocation/journal.ts";

interface Kept {
  readonly invocation: Invocation;
  readonly until: number;
  /** About how much memory its input, output and log take. */
  readonly bytes: number;
}

const maxCount = 1000;
const maxBytes = 64 * 2 ** 20;

/** Keeps ended invocations in memory: each for its retention time, at most 1000, and at most some 64 MiB of them. */
export class MemoryJournal implements Journal {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  #sweep: Timer | undefined;
  #sweepAt = Number.POSITIVE_INFINITY;

  /** `clock` is the process clock: retention is a promise to clients, not part of the simulation. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async ended(invocation: Invocation): Promise<void> {
    const until = this.#clock.now() + invocation.retentionMs;
    const bytes = weightOf(invocation);
    this.#kept.set(invocation.id, { invocation, until, bytes });
    this.#bytes += bytes;
    // The newest stays, however much it weighs.
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= 1 || (this.#kept.size <= maxCount && this.#bytes <= maxBytes)) break;
      this.#drop(id);
    }
    this.#sweepBy(until);
  }

  async find(id: string): Promise<Invocation | undefined> {
    return this.#kept.get(id)?.invocation;
  }

  async list(filter: InvocationFilter): Promise<readonly Invocation[]> {
    return [...this.#kept.values()].map(({ invocation }) => invocation).filter((one) => matches(one, filter));
  }

  async close(): Promise<void> {
    this.#sweep?.cancel();
    this.#sweepAt = Number.POSITIVE_INFINITY;
  }

  #sweepBy(time: number): void {
    if (time >= this.#sweepAt) return;
    this.#sweep?.cancel();
    this.#sweepAt = time;
    this.#sweep = this.#clock.after(Math.max(0, time - this.#clock.now()), () => {
      this.#sweepAt = Number.POSITIVE_INFINITY;
      this.#dropExpired();
    });
  }

  #dropExpired(): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [id, { until }] of this.#kept) {
      if (until <= now) this.#drop(id);
      else next = Math.min(next, until);
    }
    if (Number.isFinite(next)) this.#sweepBy(next);
  }

  #drop(id: string): void {
    this.#bytes -= this.#kept.get(id)?.bytes ?? 0;
    this.#kept.delete(id);
  }
}

const weightOf = ({ input, output, log, excerptBytes }: Invocation): number =>
  excerptBytes +
  weigh(input) +
  weigh(output) +
  log.entries().reduce((sum, { message }) => sum + 2 * message.length + 100, 0);

/** Roughly the bytes of a JSON value. */
function weigh(value: unknown): number {
  if (typeof value === "string") return 2 * value.length;
  if (typeof value !== "object" || value === null) return 8;
  let sum = 16;
  for (const [name, field] of Object.entries(value)) sum += 2 * name.length + weigh(field);
  return sum;
}
