import { wait } from "../context.ts";
import { DeadlockError, LaneHeldError } from "../errors.ts";
import type { Frame } from "./frame.ts";
import type { LaneOwner } from "./lane-owner.ts";
import type { Ticket } from "./ticket.ts";
import { cycleOf } from "./wait-for.ts";

interface Waiter {
  readonly frame: Frame;
  entered(): void;
  refused(why: Error): void;
}

/** What is beyond the limit, as a share of it; and how many of them one may have, who has no more waiting than these. */
const spareShare = 0.25;
const spareShareForOne = 0.05;

/**
 * One Thing's queue of work. It is held by one root call at a time, and by what that call makes of it: the calls nested
 * in each other form a stack, innermost last. Calls nested in some other invocation wait for the holder only; new
 * invocations wait for all that came before.
 */
export class Lane {
  readonly owner: LaneOwner;
  /** How many new invocations of one client may wait. */
  readonly limit: number;
  readonly #stack: Frame[] = [];
  readonly #nested: Waiter[] = [];
  readonly #queue: Ticket[] = [];
  #turns = 0;

  constructor(owner: LaneOwner, limit = 100) {
    this.owner = owner;
    this.limit = limit;
  }

  /** The innermost call that holds it. */
  get holder(): Frame | undefined {
    return this.#stack.at(-1);
  }
  get idle(): boolean {
    return this.#stack.length === 0 && this.#nested.length === 0;
  }
  get queue(): readonly Ticket[] {
    return this.#queue;
  }
  /** The nested calls that wait for the holder. */
  get waiting(): readonly Frame[] {
    return this.#nested.map(({ frame }) => frame);
  }
  /** Whether a new invocation of somebody finds no place: some are left for those who have few, whoever else fills it. */
  isFullFor(requestedBy: string): boolean {
    const waiting = this.#queue.length;
    if (waiting < this.limit) return false;
    if (waiting >= this.limit + Math.ceil(spareShare * this.limit)) return true;
    return (
      this.#queue.filter((ticket) => ticket.requestedBy === requestedBy).length >=
      Math.ceil(spareShareForOne * this.limit)
    );
  }
  /** Counts those who have held it: if it has not grown, nobody has begun anything. */
  get turns(): number {
    return this.#turns;
  }

  /** Whom `frame` waits for here: holders it is not nested in, and nested calls that came before it. */
  *before(frame: Frame): Generator<Frame> {
    for (const holder of this.#stack) if (!frame.isBelow(holder)) yield holder;
    // A waiter that came before enters before only where no holder keeps it out that lets this one in.
    const passed = (other: Frame) => this.#stack.some((holder) => frame.isBelow(holder) && !other.isBelow(holder));
    for (const waiter of this.#nested) {
      if (waiter.frame === frame) return;
      if (!passed(waiter.frame)) yield waiter.frame;
    }
  }

  /**
   * A nested call enters as soon as the innermost holder is one it is nested in, or nobody. Fails at once if that would
   * close a circle of waiting, and after `patienceMs` if told.
   */
  async enter(frame: Frame, patienceMs?: number): Promise<void> {
    if (this.#admits(frame)) {
      this.take(frame);
      return;
    }
    frame.waitingFor = this;
    const cycle = cycleOf(frame);
    if (cycle) {
      frame.waitingFor = undefined;
      throw new DeadlockError(
        `this call can never start: ${cycle}. Reserve the Things together, or call in one order.`,
      );
    }
    await wait<void>(({ resolve, reject }) => {
      const waiter = { frame, entered: resolve, refused: reject };
      this.#nested.push(waiter);
      const timer =
        patienceMs === undefined ? undefined : frame.clock.after(patienceMs, () => reject(this.heldError("write")));
      return () => {
        timer?.cancel();
        frame.waitingFor = undefined;
        const at = this.#nested.indexOf(waiter);
        if (at >= 0) this.#nested.splice(at, 1);
      };
    });
  }

  take(frame: Frame): void {
    this.#turns++;
    this.#stack.push(frame);
    frame.held.push(this);
    frame.use(this.owner);
  }

  release(frame: Frame): void {
    const at = this.#stack.lastIndexOf(frame);
    if (at < 0) return;
    this.#stack.splice(at, 1);
    this.advance();
  }

  join(ticket: Ticket): void {
    this.#queue.push(ticket);
  }

  leave(ticket: Ticket): void {
    const at = this.#queue.indexOf(ticket);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  /** Tell the nested calls that wait that they wait in vain. */
  refuse(why: Error): void {
    for (const waiter of this.#nested.splice(0)) waiter.refused(why);
  }

  /** Let in who may enter now. */
  advance(): void {
    const at = this.#nested.findIndex(({ frame }) => this.#admits(frame));
    const waiter = this.#nested[at];
    if (waiter) {
      this.#nested.splice(at, 1);
      this.take(waiter.frame);
      waiter.entered();
    } else this.#queue[0]?.tryStart();
  }

  /** Who holds it and should have ended, in words. */
  overdue(): string | undefined {
    for (const frame of this.#stack) {
      for (let above: Frame | undefined = frame; above; above = above.parent) {
        const lateMs = above.clock.now() - (above.endsBy ?? Number.POSITIVE_INFINITY);
        if (lateMs > 0) return `${above.label} still holds ${this.owner.name}, ${Math.round(lateMs / 1000)} s too long`;
      }
    }
    return undefined;
  }

  heldError(what: string): LaneHeldError {
    return new LaneHeldError(
      `${this.owner.name} is busy with ${this.holder?.label ?? "other work"}: ${what} again when that has ended, or cancel it`,
    );
  }

  #admits(frame: Frame): boolean {
    const holder = this.holder;
    return holder ? frame.isBelow(holder) : true;
  }
}
