import type { Clock } from "../clock.ts";
import { ambient, assertUnfenced, currentSignal, type Work } from "../context.ts";
import { type CancelReason, NotAllowedError } from "../errors.ts";
import type { Admission, AdmissionRequest } from "./admission.ts";
import type { Blobs } from "./blobs.ts";
import type { Call } from "./call.ts";
import { asError, cancelled } from "./cause.ts";
import { concerned, cutOff, dropWaiting, endLive, leaveWhenOver, parkWaiting } from "./cut-off.ts";
import { Frame } from "./frame.ts";
import { Gate } from "./gate.ts";
import { Host, type HostOptions } from "./host.ts";
import type { Invocation } from "./invocation.ts";
import type { InvocationFilter, Journal, Reach } from "./journal.ts";
import { climb } from "./ladder.ts";
import type { Lane } from "./lane.ts";
import type { LaneOwner } from "./lane-owner.ts";
import { type InvocationWatcher, type Live, LiveInvocations } from "./live.ts";
import { executeNested } from "./nested.ts";
import { Occupation } from "./occupation.ts";
import type { InvocationRecord } from "./record.ts";
import { Starts } from "./starts.ts";
import { isTerminal } from "./state.ts";
import { Ticket } from "./ticket.ts";
import { Writes } from "./writes.ts";

export interface SchedulerOptions extends HostOptions {
  /** What is promised to clients, such as a start in time, goes by this one. */
  readonly processClock: Clock;
  readonly journal: Journal;
  readonly admission: Admission;
  /** Whether the wall clock is known to be right; not, unless told. */
  clockTrusted?(): boolean;
  readonly watcher?: InvocationWatcher | undefined;
  /** Told of each that had begun and has ended. */
  ended?: ((invocation: Invocation) => void) | undefined;
}

/** Runs calls: each lane's one at a time and in order, nested ones as part of their caller, every one to its one end. */
export class Scheduler {
  readonly blobs: Blobs;
  readonly log: HostOptions["log"];
  readonly #host: Host;
  readonly #journal: Journal;
  readonly #gate: Gate;
  readonly #clockTrusted: () => boolean;
  readonly #live: LiveInvocations;
  readonly #writes = new Writes();
  readonly #starts: Starts;
  /** What is done on which Things. */
  readonly occupation: Occupation;

  constructor(options: SchedulerOptions) {
    const { processClock, journal, admission, clockTrusted, watcher, ended } = options;
    this.#host = new Host(options, (call) => this.request(call));
    this.blobs = this.#host.blobs;
    this.log = this.#host.log;
    this.#journal = journal;
    this.#clockTrusted = clockTrusted ?? (() => false);
    this.#live = new LiveInvocations({ journal, clock: processClock, watcher, log: this.log });
    this.#gate = new Gate(admission, journal);
    this.#starts = new Starts({ gate: this.#gate, live: this.#live, processClock, ended });
    this.occupation = new Occupation(this.#live, this.#writes);
  }

  /** Ask for a new invocation. Throws at once what keeps it from being accepted. */
  request(call: Call): Invocation {
    this.#gate.refuseWhenClosing(call);
    this.#gate.admit(call, "request");
    const running = call.rules.urgent ? this.#live.equalOf(call) : undefined;
    if (running) return running;
    this.#gate.refuseUnrecorded(call);
    this.#starts.makeWay(call);
    const invocation = this.#live.create(call, this.#clockTrusted());
    const live: Live = { invocation, frame: this.#frame(call, { invocation }), call, ticket: undefined };
    this.#live.add(live);
    if (call.blobs) void invocation.over.then(this.blobs.hold(call.blobs));
    this.#starts.begin(live, call.rules.urgent ? undefined : call.startsAfter?.(invocation));
    return invocation;
  }

  /**
   * Call from wherever the code is: below an invocation as a step of it, elsewhere as an invocation (or write) of its
   * own that is waited for.
   */
  perform(call: Call): Promise<unknown> {
    let work = ambient()?.work;
    while (work?.within) work = work.within;
    const result = this.#perform(call, work);
    // A caller that does not wait for its step learns of a failure from the record, not by a crash of the process.
    result.catch(() => {});
    return result;
  }

  /** Throws what would keep a call from being accepted now, as far as the guards are concerned. */
  assertAdmits(request: AdmissionRequest): void {
    this.#gate.assertAdmits(request);
  }

  /** A property write from outside: waits its turn for a second, then says who holds the lane. */
  async write(call: Call): Promise<void> {
    this.#gate.refuseWhenClosing(call);
    this.#gate.admit(call, "request");
    await this.#writes.run(this.#frame(call, {}), call, () => this.#gate.admit(call, "start"));
  }

  /** End an invocation, with the reason that its record will show. */
  cancel(invocation: InvocationRecord, reason: CancelReason, by: string): void {
    const live = this.#live.get(invocation.id);
    if (!live || isTerminal(invocation.status)) {
      throw new NotAllowedError(
        `invocation ${invocation.id} is ${invocation.status}: only one that has not ended can be cancelled`,
      );
    }
    endLive(live, cancelled(reason, by));
  }

  /**
   * Drop what waits for the lane, and end what holds it or waits for it nested in something else, from its root; and what
   * goes through Things of which this is one, also between its steps.
   */
  clear(lane: Lane, reason: CancelReason, by: string): void {
    const cause = cancelled(reason, by);
    const through = this.#live.all().filter(({ frame }) => frame.owner.standsFor?.includes(lane.owner.name));
    const frames = [lane.holder, ...lane.waiting, ...through.flatMap(({ ticket, frame }) => (ticket ? [] : [frame]))];
    dropWaiting(through, cause);
    const roots = new Set(frames.map((frame) => frame?.root));
    Ticket.drop([...lane.queue], cause);
    const own = ambient()?.work;
    for (const root of roots) if (root && !(own instanceof Frame && own.root === root)) climb(root, cause);
  }

  /** The Thing takes no more work: fail all that waits for it. */
  refuse(lane: Lane, error: Error): void {
    Ticket.drop([...lane.queue], { reason: "failed", status: "error", error });
    lane.refuse(error);
  }

  /** The device says that what it does cannot go on: fail what drives it, up to where failures are seen to. */
  fail(lane: Lane, error: Error): void {
    const failing = lane.holder?.failing;
    if (failing) climb(failing, { reason: "failed", status: "error", error });
  }

  /** Cut off everything on every Thing, call `stop`, then end what was cut off; all of it synchronously. */
  breakOffAll(reason: CancelReason, by: string, stop: () => void): void {
    cutOff(this.#live.all(), this.#writes.frames, cancelled(reason, by), stop);
  }

  /** The same for what works on these Things, or waits to, from its root; because of `error`. */
  breakOff(owners: ReadonlySet<LaneOwner>, reason: CancelReason, error: Error, stop: () => void): void {
    const [lives, writes] = concerned(owners, this.#live.all(), this.#writes.frames);
    cutOff(lives, writes, { reason, status: "error", error }, stop);
  }

  /**
   * What was asked for under that lease has lost it: nothing of it starts any more, and what runs is ended if told.
   * `over` is called for each of `things` on which nothing of it works: now, or before its lane is given on; and not
   * where others work by then.
   */
  leaseLost(lease: number, end: boolean, things: readonly string[], over: (thing: string) => Promise<void>): void {
    const cause = cancelled("lease_lost", `the end of lease ${lease}`);
    const lives = this.#live.all().filter(({ call }) => call.leases?.includes(lease) && !call.rules.urgent);
    dropWaiting(lives, cause);
    const running = lives.filter(({ invocation }) => !isTerminal(invocation.status));
    for (const thing of things) leaveWhenOver(thing, running, () => this.#live.all(), over);
    if (end) for (const live of running) endLive(live, cause);
  }

  /** Accept nothing more and end everything by the ladder, but for what waits for the next start. Called again with a shorter grace, it hurries. */
  async close(graceMs?: number): Promise<void> {
    this.#gate.close();
    const cause = cancelled("shutdown", "the gateway");
    parkWaiting(this.#live.all(), (invocation) => this.#journal.outlives(invocation));
    const lives = this.#live.all().filter(({ ticket }) => !ticket?.parked);
    dropWaiting(lives, cause);
    for (const live of lives) if (!isTerminal(live.invocation.status)) endLive(live, cause, graceMs);
    // Not until they are recorded: a journal that cannot write must not keep us.
    await Promise.all([...lives.map(({ invocation }) => invocation.over), this.#writes.end(cause, graceMs)]);
  }

  find(id: string, reach: Reach = "listed"): Promise<InvocationRecord | undefined> {
    return this.#live.find(id, reach);
  }

  /** In the order they were requested. */
  list(filter: InvocationFilter, reach: Reach = "listed"): Promise<readonly InvocationRecord[]> {
    return this.#live.list(filter, reach);
  }

  /** All that this process still has as they are, or were; in no order. */
  known(): readonly Invocation[] {
    return this.#live.known();
  }

  /** What has been delivered, and what devices tell of it afterwards. */
  get deliveries(): Pick<LiveInvocations, "lastDelivery" | "reconcile"> {
    return this.#live;
  }

  async #perform(call: Call, work: Work | undefined): Promise<unknown> {
    if (work instanceof Frame) return this.#nest(work, call);
    if (call.operation === "write") return this.write(call);
    const invocation = this.request(call);
    await invocation.ended;
    if (invocation.status !== "completed") throw asError(invocation.error);
    return invocation.output;
  }

  #frame(call: Call, more: Partial<ConstructorParameters<typeof Frame>[0]>): Frame {
    const { kind, owner, name, rules, idle } = call;
    const host = this.#host;
    return new Frame({ host, kind, owner, name, graceMs: rules.cancelGraceMs, requester: call, idle, ...more });
  }

  #nest(parent: Frame, call: Call): Promise<unknown> {
    assertUnfenced();
    currentSignal()?.throwIfAborted();
    this.#gate.admit(call, "request", parent);
    const step = call.operation === "invoke" ? parent.record?.step(call.owner.name, call.name) : undefined;
    const frame = this.#frame(call, { invocation: parent.record, parent, shielded: ambient()?.shielded, step });
    const release = this.blobs.hold(call.blobs ?? []);
    return executeNested(frame, call, () => this.#gate.admit(call, "start", parent)).finally(release);
  }
}
