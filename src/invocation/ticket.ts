import { wait } from "../context.ts";
import { LaneFullError } from "../errors.ts";
import type { Call } from "./call.ts";
import type { Cause } from "./cause.ts";
import type { Frame } from "./frame.ts";
import type { Lane } from "./lane.ts";

type Asking = Pick<Call, "lanes" | "requestedBy">;

/**
 * A new call's place in every lane it needs. It joins them all in one synchronous step, so that of two tickets one is
 * first everywhere, and starts when it heads them all: tickets never wait for each other in a circle.
 */
export class Ticket {
  readonly frame: Frame;
  readonly requestedBy: string;
  readonly #lanes: readonly Lane[];
  readonly #start: () => void;
  readonly #dropped: (cause: Cause) => void;
  /** It has started, or was given up. */
  #over = false;
  /** It may not start yet, whatever its lanes are. */
  #held = false;
  /** It will not start in this process. */
  #parked = false;

  constructor(frame: Frame, { lanes, requestedBy }: Asking, start: () => void, dropped: (cause: Cause) => void) {
    this.frame = frame;
    this.requestedBy = requestedBy;
    this.#lanes = lanes;
    this.#start = start;
    this.#dropped = dropped;
  }

  /** Throws `LaneFullError` when one of the lanes has no room. */
  static assertRoom({ lanes, requestedBy }: Asking): void {
    const full = lanes.find((lane) => lane.isFullFor(requestedBy));
    if (full)
      throw new LaneFullError(`${full.queue.length} calls wait for ${full.owner.name} already; try again later`);
  }

  join(): void {
    for (const lane of this.#lanes) lane.join(this);
    this.tryStart();
  }

  /** Keep its places without starting until `ready`. */
  async hold(ready: Promise<void>): Promise<void> {
    this.#held = true;
    await ready;
    this.#held = false;
    if (!this.#over) this.tryStart();
  }

  /** Give up the places of those that wait for another process; they can still be dropped. */
  static park(tickets: readonly Ticket[]): void {
    for (const ticket of tickets) {
      ticket.#parked = true;
      for (const lane of ticket.#lanes) lane.leave(ticket);
    }
  }

  get parked(): boolean {
    return this.#parked;
  }

  /** Start if every lane is free and this ticket is the next there. */
  tryStart(): void {
    if (this.#held || this.#parked) return;
    for (const lane of this.#lanes) if (!lane.idle || lane.queue[0] !== this) return;
    this.#over = true;
    for (const lane of this.#lanes) {
      lane.leave(this);
      lane.take(this.frame);
    }
    this.#start();
  }

  /** Give the places up without having started. */
  leave(): void {
    this.#over = true;
    for (const lane of this.#lanes) lane.leave(this);
    for (const lane of this.#lanes) lane.advance();
  }

  /** Leave, and tell the caller why. */
  drop(cause: Cause): void {
    Ticket.drop([this], cause);
  }

  /** Drop them all: none of them starts because another has left before it. */
  static drop(tickets: readonly Ticket[], cause: Cause): void {
    const waiting = tickets.filter((ticket) => !ticket.#over);
    for (const ticket of waiting) {
      ticket.#over = true;
      for (const lane of ticket.#lanes) lane.leave(ticket);
    }
    for (const ticket of waiting) ticket.#dropped(cause);
    for (const lane of new Set(waiting.flatMap((ticket) => ticket.#lanes))) lane.advance();
  }

  /** How many are before it in its longest queue. */
  position(): number {
    return Math.max(0, ...this.#lanes.map((lane) => lane.queue.indexOf(this)));
  }

  /** The work that keeps it from starting. */
  waitingFor(): string | null {
    if (this.#parked) return "benchd to be started again";
    const lane = this.#lanes.find((lane) => !lane.idle) ?? this.#lanes.find((lane) => lane.queue[0] !== this);
    if (!lane) return this.#held ? "the disk, which is to have it first" : null;
    return lane.holder?.label ?? lane.queue[0]?.frame.label ?? null;
  }
}

/** How long a property write waits for the lane; bench time, in milliseconds. */
export const writePatienceMs = 1000;

/** A write's turn: its place in the lane, or after a second the error that names who holds it. */
export async function turn(frame: Frame, call: Call): Promise<void> {
  const [lane] = call.lanes;
  if (!lane) return;
  Ticket.assertRoom(call);
  await wait<void>(({ resolve, reject }) => {
    const ticket = new Ticket(frame, call, resolve, ({ error }) => reject(error));
    const timer = frame.clock.after(writePatienceMs, () => reject(lane.heldError(`write ${call.name}`)));
    ticket.join();
    return () => {
      timer.cancel();
      ticket.leave();
    };
  });
}
