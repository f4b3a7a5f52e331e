import { Histogram } from "../histogram.ts";
import type { InvocationRecord } from "../invocation/record.ts";
import type { InvocationStatus } from "../invocation/state.ts";

type Ended = Pick<InvocationRecord, "thing" | "action" | "status" | "waitedMs" | "ranMs">;

/** Seconds. An action takes anything from milliseconds to a night; few, as there are as many for each action. */
const bounds = [0.01, 0.1, 1, 10, 60, 600];

/** What stands for the action of work that a driver has begun by itself, under a title of its own: titles are unbounded. */
const detachedWork = "(detached)";

interface OfThing {
  readonly ended: Map<InvocationStatus, number>;
  readonly waited: Histogram;
  readonly ran: Map<string, Histogram>;
}

/** How many invocations that had begun have ended since the start, by Thing and by how, and what time they took. */
export class Tally {
  readonly #isAction: (thing: string, action: string) => boolean;
  readonly #things = new Map<string, OfThing>();

  /** `isAction`: whether the definition of that Thing names it. */
  constructor(isAction: (thing: string, action: string) => boolean = () => true) {
    this.#isAction = isAction;
  }

  count({ thing, action, status, waitedMs, ranMs }: Ended): void {
    const { ended, waited, ran } = this.#of(thing);
    ended.set(status, (ended.get(status) ?? 0) + 1);
    if (waitedMs !== undefined) waited.observe(waitedMs / 1000);
    if (ranMs === undefined) return;
    const name = this.#isAction(thing, action) ? action : detachedWork;
    const known = ran.get(name);
    const times = known ?? new Histogram(bounds);
    if (!known) ran.set(name, times);
    times.observe(ranMs / 1000);
  }

  /** There is no such Thing any more. */
  forget(thing: string): void {
    this.#things.delete(thing);
  }

  of(thing: string): ReadonlyMap<InvocationStatus, number> {
    return this.#things.get(thing)?.ended ?? none;
  }

  /** How long they waited for their turn, in seconds; undefined as long as none has ended. */
  waited(thing: string): Histogram | undefined {
    return this.#things.get(thing)?.waited;
  }

  /** How long they ran, in seconds, by action. */
  ran(thing: string): ReadonlyMap<string, Histogram> {
    return this.#things.get(thing)?.ran ?? none;
  }

  #of(thing: string): OfThing {
    const known = this.#things.get(thing);
    if (known) return known;
    const all = { ended: new Map(), waited: new Histogram(bounds), ran: new Map() };
    this.#things.set(thing, all);
    return all;
  }
}

const none: ReadonlyMap<never, never> = new Map<never, never>();
