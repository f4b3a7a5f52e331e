import { signal } from "@preact/signals";
import type { BenchEvent } from "../../src/client/events.ts";
import { isOver } from "./bar.ts";
import { type Interval, missing, since, withInterval } from "./coverage.ts";
import { TimelineModel } from "./model.ts";
import type { ToldTimeline } from "./shapes.ts";

/** Asks the gateway; a `Connection`. */
interface Asked {
  get(
    path: string,
    options: { readonly query: Readonly<Record<string, string | number | undefined>> },
  ): Promise<unknown>;
}

/** An invocation that is looked at alone. */
interface Only {
  readonly id: string;
  readonly thing: string;
}

const pageSize = 2000;
/** So many pages of a window are read. */
const maxPages = 6;
/** Events tell nothing of wires that are waited for, nor of cancels: what has changed is read again, no more often; ms. */
const refineMs = 5000;
/** Until it is tried again to read what could not be read; ms. */
const retryMs = 3000;

/** Keeps a model of what was done in step with the gateway: reads what is looked at, and follows events from then on. */
export class TimelineSource {
  readonly model = new TimelineModel();
  /** Another number whenever there is something else to draw, four times a second at most. */
  readonly version = signal(0);
  /** Why it could not be read; empty while all is well. */
  readonly problem = signal("");
  readonly reading = signal(false);
  /** Before that some are missing, as there are too many for one picture; ms since 1970. */
  readonly cut = signal<number | undefined>(undefined);
  readonly #asked: Asked;
  readonly #only: Only | undefined;
  #covered: readonly Interval[] = [];
  /** From then on events tell of everything; ms since 1970. */
  #liveSince: number | undefined;
  #drawn = 0;
  /** When the oldest of those was asked for of which more may be known by now. */
  #touched = Number.POSITIVE_INFINITY;
  #refinedAt = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  #round = 0;

  /** `only`: of this invocation alone. */
  constructor(asked: Asked, only?: Only) {
    this.#asked = asked;
    this.#only = only;
  }

  heard(event: BenchEvent): void {
    if (this.#only !== undefined && !("id" in event && event.id === this.#only.id)) return;
    if (!this.model.apply(event)) return;
    const bar = "id" in event && event.id !== null ? this.model.bar(event.id) : undefined;
    if (bar && bar.status !== "pending") this.#touched = Math.min(this.#touched, bar.requestedAt);
  }

  /** Events are missing: what is looked at is read anew. */
  gap(): void {
    this.#covered = [];
    this.#liveSince = undefined;
    this.#failedAt = Number.NEGATIVE_INFINITY;
    this.#round++;
  }

  /** Four times a second: `window` is looked at, `now` is the present; ms since 1970. */
  tick(window: Interval, now: number): void {
    if (this.model.changed !== this.#drawn) {
      this.#drawn = this.model.changed;
      this.version.value++;
    }
    if (this.reading.peek() || now - this.#failedAt < retryMs) return;
    const cut = this.cut.peek();
    const wanted = {
      from: cut === undefined ? window.from : Math.max(window.from, cut),
      to: Math.min(window.to, this.#liveSince ?? now),
    };
    const gap = wanted.from < wanted.to ? missing(this.#covered, wanted) : undefined;
    if (gap) void this.#read(gap, now);
    else if (this.#touched < Number.POSITIVE_INFINITY && now - this.#refinedAt >= refineMs) void this.#refine(now);
  }

  async #read({ from, to }: Interval, now: number): Promise<void> {
    const round = this.#round;
    await this.#busy(now, async () => {
      let until = this.#liveSince === undefined ? undefined : to;
      for (let page = 1; page <= maxPages; page++) {
        const told = await this.#get(from, until);
        // Meanwhile it was seen that events are missing.
        if (round !== this.#round) return;
        const told0 = Date.parse(told.now);
        if (this.#liveSince === undefined) {
          this.model.forgetOpen(told, told0);
          this.#liveSince = told0;
        }
        this.model.read(told, this.#only?.id);
        const oldest = oldestOver(told);
        const low = told.truncated && oldest !== undefined ? oldest : from;
        this.#cover({ from: low, to: until ?? told0 });
        if (low <= from || low >= (until ?? Number.POSITIVE_INFINITY)) return;
        if (page === maxPages) this.cut.value = low;
        until = low;
      }
    });
  }

  async #refine(now: number): Promise<void> {
    const from = this.#touched;
    this.#touched = Number.POSITIVE_INFINITY;
    this.#refinedAt = now;
    await this.#busy(now, async () => this.model.read(await this.#get(from, undefined), this.#only?.id));
  }

  #cover(interval: Interval): void {
    this.#covered = since(withInterval(this.#covered, interval), this.model.forgotten);
    if (this.model.forgotten > Number.NEGATIVE_INFINITY) this.cut.value = this.model.forgotten;
  }

  async #get(from: number, until: number | undefined): Promise<ToldTimeline> {
    const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
    const query = { since: time(from), until: time(until), thing: this.#only?.thing, limit: pageSize };
    return (await this.#asked.get("/gateway/timeline", { query })) as ToldTimeline;
  }

  async #busy(now: number, work: () => Promise<void>): Promise<void> {
    this.reading.value = true;
    try {
      await work();
      this.problem.value = "";
    } catch (error) {
      this.#failedAt = now;
      this.problem.value = error instanceof Error ? error.message : String(error);
    } finally {
      this.reading.value = false;
    }
  }
}

/** Those that go on are told however old they are. */
function oldestOver({ lanes }: ToldTimeline): number | undefined {
  let oldest: number | undefined;
  for (const { invocations } of lanes)
    for (const bar of invocations)
      if (isOver(bar)) oldest = Math.min(oldest ?? Number.POSITIVE_INFINITY, Date.parse(bar.requestedAt));
  return oldest;
}
