import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { BenchdError } from "../errors.ts";
import { codeField, type LogFields } from "../log-fields.ts";
import { TurnoverMap } from "../turnover.ts";
import type { Call } from "./call.ts";
import { asError, type Cause } from "./cause.ts";
import type { Ending } from "./ending.ts";
import type { Frame } from "./frame.ts";
import { Invocation } from "./invocation.ts";
import { type InvocationFilter, type Journal, matches, type Part, type Reach } from "./journal.ts";
import type { Lane } from "./lane.ts";
import type { DeliveryAmount } from "./ledger.ts";
import type { InvocationRecord, Provenance } from "./record.ts";
import { isTerminal } from "./state.ts";
import type { Ticket } from "./ticket.ts";

const defaultRetentionMs = 300_000;

/** An invocation that has not ended. */
export interface Live {
  readonly invocation: Invocation;
  readonly frame: Frame;
  readonly call: Call;
  /** While it waits for its lanes. */
  ticket: Ticket | undefined;
  /** To be done once it has ended, before its places are free. Never rejects. */
  afterwards?: (() => Promise<void>)[];
  /** When it begins later, by the process clock, it does not begin. */
  startBy?: { readonly at: number; readonly tooLate: Cause };
}

/** Told of each step of an invocation as it happens. Telling it never fails and never waits. */
export type InvocationWatcher = Pick<Journal, "requested" | "started" | "changed" | "ended">;

interface LiveOptions {
  readonly journal: Journal;
  /** Durations go by it. */
  readonly clock: Clock;
  readonly watcher?: InvocationWatcher | undefined;
  log(thing: string, level: LogLevel, message: string, fields?: LogFields): void;
}

/** The invocations that have not ended, and how they come to their end in the journal. */
export class LiveInvocations {
  readonly #journal: Journal;
  readonly #log: (thing: string, level: LogLevel, message: string, fields?: LogFields) => void;
  readonly #clock: Clock;
  readonly #live = new TurnoverMap<string, Live>();
  readonly #watcher: InvocationWatcher | undefined;
  readonly #changed = (invocation: Invocation, part: Part) => {
    this.#journal.changed(invocation, part);
    this.#watcher?.changed(invocation, part);
  };

  constructor({ journal, clock, watcher, log }: LiveOptions) {
    this.#journal = journal;
    this.#clock = clock;
    this.#watcher = watcher;
    this.#log = log;
  }

  /** The invocation that a call becomes, not yet one of them. */
  create(call: Call, clockTrusted: boolean): Invocation {
    const { owner, name, input, requestedBy, requestedFrom, rules, itself, leases, again } = call;
    return new Invocation({
      thing: owner.name,
      action: name,
      input,
      requestedBy,
      requestedFrom,
      retentionMs: rules.retentionMs ?? defaultRetentionMs,
      seq: again?.seq ?? this.#journal.nextSeq(),
      clockTrusted: again?.clockTrusted ?? clockTrusted,
      // What a Thing has asked for by itself it would ask for again.
      restartWithinMs: itself ? undefined : restartWithin(call),
      leased: (leases?.length ?? 0) > 0,
      again,
      clock: this.#clock,
      changed: this.#changed,
    });
  }

  add(live: Live): void {
    this.#live.set(live.invocation.id, live);
    this.#journal.requested(live.invocation, live.call.startsAfter !== undefined);
    this.#watcher?.requested(live.invocation);
  }

  /** Its handler is about to run: at once, or when the promise has resolved. */
  start({ invocation, frame }: Live): Promise<void> | undefined {
    invocation.start();
    invocation.used(usedBy(frame));
    this.#journal.started(invocation);
    this.#watcher?.started(invocation);
    return this.#journal.begun(invocation);
  }

  get(id: string): Live | undefined {
    return this.#live.get(id);
  }

  /** All of them as they are now, oldest first; also those that the journal has yet to record. */
  all(): readonly Live[] {
    return [...this.#live.values()].filter(({ invocation }) => !isTerminal(invocation.status));
  }

  /** All that this process still has as they are, or were; in no order. */
  known(): readonly Invocation[] {
    const here = [...this.#live.values()].map(({ invocation }) => invocation);
    return [...new Set([...here, ...this.#journal.latest])];
  }

  /** A run that an urgent call, being the same, can share. */
  equalOf({ owner, name, input, sharedBy = input }: Call): Invocation | undefined {
    const wanted = JSON.stringify(sharedBy);
    for (const { invocation, frame, call } of this.#live.values()) {
      const same = call.rules.urgent && frame.owner === owner && call.name === name && !isTerminal(invocation.status);
      if (same && !frame.cause && JSON.stringify(call.sharedBy ?? call.input) === wanted) return invocation;
    }
    return undefined;
  }

  /** The one end of an invocation. Its places are free for the next only once it is told. */
  finish({ invocation, frame }: Live, ending: Ending): void {
    frame.grace?.cancel();
    tellEnd(invocation, ending);
    invocation.used(usedBy(frame));
    invocation.end(ending);
    // Flawless ends are the ordinary case: a busy bench would wear out its SD card with them.
    if (ending.error)
      this.#tell(invocation, "info", `${frame.label}: ${ending.status}, ${ending.error.message}`, ending.error);
    // Before its places are free: the next begins after it.
    this.#watcher?.ended(invocation);
    release(frame);
    this.#journal.ended(invocation);
    void this.#record(invocation);
  }

  async find(id: string, reach: Reach): Promise<InvocationRecord | undefined> {
    return this.#live.get(id)?.invocation ?? this.#journal.find(id, reach);
  }

  /** Ended ones too, in the order they were requested. */
  async list(filter: InvocationFilter, reach: Reach): Promise<readonly InvocationRecord[]> {
    const ended = await this.#journal.list(filter, reach);
    const live = [...this.#live.values()].map(({ invocation }) => invocation).filter((one) => matches(one, filter));
    const all = [...ended.filter(({ id }) => !this.#live.has(id)), ...live].sort((a, b) => a.seq - b.seq);
    return filter.limit === undefined ? all : all.slice(-filter.limit);
  }

  /** The latest that has delivered something with this Thing. */
  async lastDelivery(thing: string): Promise<InvocationRecord | undefined> {
    const recorded = await this.#journal.lastDelivery(thing);
    const delivers = ({ delivery, status }: Invocation) =>
      isTerminal(status) && delivery.some((amount) => amount.thing === thing);
    const live = [...this.#live.values()].map(({ invocation }) => invocation).findLast(delivers);
    return live && live.seq > (recorded?.seq ?? 0) ? live : recorded;
  }

  async reconcile(id: string, thing: string, known: readonly DeliveryAmount[]): Promise<void> {
    const live = this.#live.get(id);
    if (live) reconcileLive(live.invocation, thing, known);
    else await this.#journal.reconcile(id, thing, known);
  }

  async #record(invocation: Invocation): Promise<void> {
    const { id } = invocation;
    try {
      await this.#journal.acknowledged(invocation);
    } catch (error) {
      this.#tell(invocation, "error", `invocation ${id} could not be recorded: ${asError(error).message}`, error);
    }
    this.#live.delete(id);
    invocation.recorded();
  }

  /** In the log of the process: of which it is, and with which code it has come to that. */
  #tell({ thing, action, id }: Invocation, level: LogLevel, message: string, error: unknown): void {
    this.#log(thing, level, message, { action, invocation: id, ...codeField(error) });
  }
}

/** Write into the record of an invocation what the device itself has counted. */
export function reconcileLive(invocation: Invocation, thing: string, known: readonly DeliveryAmount[]): void {
  for (const amount of known) {
    invocation.reconcile(thing, amount);
    invocation.write("info", thing, counted(amount));
  }
}

export const counted = ({ confirmed, unit }: DeliveryAmount): string =>
  `the device counted ${confirmed} ${unit}: no longer uncertain`;

/** What every Thing was when a call began to use it, its own first. */
function usedBy({ owner, uses }: Frame): readonly Provenance[] {
  const own = uses.some(({ thing }) => thing === owner.name) ? undefined : owner.provenance?.();
  if (own) uses.unshift(own);
  return [...uses];
}

/** What is to start sooner than its action may over a restart does not start later over one either. */
function restartWithin({ rules, startWithinMs, again }: Call): number | undefined {
  if (rules.restartWithinMs === undefined || startWithinMs === undefined) return rules.restartWithinMs;
  return Math.min(rules.restartWithinMs, startWithinMs + (again?.waitedMs ?? 0));
}

/** Free the places of a call, and of all that it called. */
export function release(frame: Frame): void {
  if (frame.children.size === 0) {
    for (const lane of frame.held.splice(0)) lane.release(frame);
    return;
  }
  // Taken first: freeing one place may start work that looks at the others.
  const held: [Lane, Frame][] = [...frame.tree()].flatMap((one) =>
    one.held.splice(0).map((lane) => [lane, one] as [Lane, Frame]),
  );
  for (const [lane, holder] of held) lane.release(holder);
}

/** The last line of its log: expected errors in one line, unexpected ones with where they arose. */
function tellEnd(invocation: Invocation, { status, error }: Ending): void {
  const { thing, id } = invocation;
  if (status === "cancelled") invocation.write("info", thing, `Invocation ${id} was cancelled.`);
  else if (error) invocation.write("error", thing, error.message, error instanceof BenchdError ? undefined : error);
}
