import type { Clock } from "../clock.ts";
import { DeadlineExceededError, LaneFullError } from "../errors.ts";
import type { Call } from "./call.ts";
import { asError, type Cause, cancelled } from "./cause.ts";
import { endLive } from "./cut-off.ts";
import type { Ending } from "./ending.ts";
import { endingOf, execute, executeAfter } from "./execution.ts";
import type { Gate } from "./gate.ts";
import type { Invocation } from "./invocation.ts";
import type { Live, LiveInvocations } from "./live.ts";
import { Ticket } from "./ticket.ts";

interface StartsOptions {
  readonly gate: Gate;
  readonly live: LiveInvocations;
  readonly processClock: Clock;
  /** Told of each that had begun and has ended. */
  readonly ended: ((invocation: Invocation) => void) | undefined;
}

/** Calls that take no lane, at the same time. */
const maxBesides = 1000;
/** Beyond these, and how many of them are for one. */
const spare = 100;
const spareForOne = 10;

/** Finds room for what is asked for, brings it to its start, at once or from its lanes' queues, and then to its end. */
export class Starts {
  readonly #gate: Gate;
  readonly #live: LiveInvocations;
  readonly #processClock: Clock;
  readonly #ended: ((invocation: Invocation) => void) | undefined;
  #besides = 0;
  /** Whose they are. */
  readonly #besidesOf = new Map<string, number>();

  constructor({ gate, live, processClock, ended }: StartsOptions) {
    this.#gate = gate;
    this.#live = live;
    this.#processClock = processClock;
    this.#ended = ended;
  }

  /** Reject, replace or find room, as the action wants. */
  makeWay(call: Call): void {
    const [lane] = call.lanes;
    if (!lane) {
      if (!call.rules.urgent && this.#isFullBesideFor(call.requestedBy))
        throw new LaneFullError("too many calls run beside the lanes; try again later");
      return;
    }
    if (call.rules.whenBusy === "reject" && !(lane.idle && lane.queue.length === 0)) throw lane.heldError(call.name);
    const replaces = call.rules.whenBusy === "replace";
    const same = ({ call: { owner, name } }: Live) => owner === call.owner && name === call.name;
    const older = replaces ? this.#live.all().filter(same) : [];
    // Only a waiting one makes room: nothing is ended for a call that is then refused.
    if (!older.some(({ ticket }) => ticket)) Ticket.assertRoom(call);
    for (const live of older) endLive(live, cancelled("replaced", call.requestedBy));
  }

  /** Begin when all its lanes have come to it; if told, not before `ready`, and never when that rejects. */
  begin(live: Live, ready?: Promise<void>): void {
    if (live.call.lanes.length > 0) this.#queue(live, ready);
    else {
      this.#countBeside(live.invocation);
      if (ready) this.#queue(live, ready);
      else this.#start(live);
    }
  }

  /** Also while it waits for the disk. */
  #countBeside({ over, requestedBy }: Invocation): void {
    const count = (more: 1 | -1) => {
      this.#besides += more;
      const own = (this.#besidesOf.get(requestedBy) ?? 0) + more;
      if (own > 0) this.#besidesOf.set(requestedBy, own);
      else this.#besidesOf.delete(requestedBy);
    };
    count(1);
    void over.then(() => count(-1));
  }

  /** Some are left for those who have few, whoever else has all others. */
  #isFullBesideFor(requestedBy: string): boolean {
    if (this.#besides < maxBesides) return false;
    return this.#besides >= maxBesides + spare || (this.#besidesOf.get(requestedBy) ?? 0) >= spareForOne;
  }

  #queue(live: Live, ready?: Promise<void>): void {
    const { invocation, frame, call } = live;
    const ticket = new Ticket(
      frame,
      call,
      () => this.#start(live),
      ({ status, reason, error }) => this.#live.finish(live, { status, reason, error }),
    );
    live.ticket = ticket;
    if (ready) {
      const refuse = (error: unknown) => ticket.drop({ reason: "failed", status: "error", error: asError(error) });
      ticket.hold(ready).catch(refuse);
    }
    invocation.follow(ticket);
    const { startWithinMs = call.rules.startWithinMs } = call;
    if (startWithinMs !== undefined) {
      const error = new DeadlineExceededError(`${frame.label} could not start within ${startWithinMs / 1000} s`);
      const tooLate: Cause = { reason: "deadline", status: "error", error };
      live.startBy = { tooLate, at: this.#processClock.now() + startWithinMs };
      frame.grace = this.#processClock.after(startWithinMs, () => ticket.drop(tooLate));
    }
    ticket.join();
  }

  /** Its turn has come. */
  #start(live: Live): void {
    const { frame, call } = live;
    live.ticket = undefined;
    frame.grace?.cancel();
    frame.grace = undefined;
    // After a stall its turn may come before the timer that would have dropped it.
    const { startBy } = live;
    if (startBy && this.#processClock.now() > startBy.at) {
      this.#live.finish(live, startBy.tooLate);
      return;
    }
    try {
      this.#gate.admit(call, "start");
      this.#gate.refuseUnrecorded(call);
    } catch (error) {
      this.#live.finish(live, { status: "error", error: asError(error) });
      return;
    }
    const begun = this.#live.start(live);
    const running = begun ? executeAfter(begun, frame, call) : execute(frame, call);
    running
      .then(
        (output) => this.#finish(live, { status: "completed", output }),
        (error: unknown) => this.#finish(live, endingOf(frame, asError(error))),
      )
      .finally(() => this.#ended?.(live.invocation));
  }

  #finish(live: Live, ending: Ending): void | Promise<void> {
    const { afterwards } = live;
    if (!afterwards) return this.#live.finish(live, ending);
    return Promise.all(afterwards.map((act) => act())).then(() => this.#live.finish(live, ending));
  }
}
