import { type Clock, realClock } from "../clock.ts";
import type { Delivery, LogLevel, Progress } from "../context.ts";
import { BenchdError, type CancelReason, DefinitionError } from "../errors.ts";
import type { Excerpt } from "../transcript.ts";
import type { Ending } from "./ending.ts";
import { Excerpts } from "./excerpts.ts";
import { invocationId } from "./invocation-id.ts";
import type { InvocationRequest } from "./invocation-request.ts";
import type { Part, Waiting } from "./journal.ts";
import { type DeliveryAmount, DeliveryLedger, type DeliveryTotal } from "./ledger.ts";
import { InvocationLog } from "./log.ts";
import { Moment } from "./moment.ts";
import type { InvocationRecord, Position, Provenance } from "./record.ts";
import { type InvocationStatus, isTerminal, mayBecome } from "./state.ts";
import { percent, Step } from "./step.ts";
import { Trace } from "./trace.ts";

const maxSteps = 200;
/** What most have none of is the same for all of them: many may wait at a time. */
const nothing: readonly never[] = [];
const noLog: Pick<InvocationLog, "dropped" | "nextSeq" | "entries"> = new InvocationLog();

/** One run of an action while this process knows it. */
export class Invocation implements InvocationRecord {
  readonly id: string;
  readonly seq: number;
  readonly thing: string;
  readonly action: string;
  readonly input: unknown;
  readonly requestedBy: string;
  readonly requestedFrom: string | undefined;
  readonly retentionMs: number;
  readonly requestedAt: number;
  /** So long after it was asked for it may begin, also in another process; milliseconds. */
  readonly restartWithinMs: number | undefined;
  /** It was asked for under a lease, which ends with the process. */
  readonly leased: boolean;
  /** How an earlier process has left it. */
  readonly again: Waiting | undefined;
  readonly clockTrusted: boolean;
  readonly omitted = nothing;
  /** What its journal knows of it. A WeakMap, once old, would keep both until the whole heap is collected. */
  kept: object | undefined;
  /** What it was at, when. */
  readonly trace: Trace;
  readonly #clock: Clock;
  readonly #changed: ((invocation: Invocation, part: Part) => void) | undefined;
  #provenance: readonly Provenance[] = nothing;
  #status: InvocationStatus = "pending";
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #ending: Ending | undefined;
  #brokeIn = false;
  #progress: number | null = null;
  #ledger: DeliveryLedger | undefined;
  #steps: Step[] | undefined;
  #stepCount = 0;
  #positions: readonly Position[] | undefined;
  #log: InvocationLog | undefined;
  #excerpts: Excerpts | undefined;
  #over: Moment | undefined;
  #recorded: Moment | undefined;
  /** What it waits for while it runs, the first first. */
  #waits: readonly { readonly what: string }[] | undefined;
  /** While it waits: asks the scheduler where it stands. */
  #queue: { position(): number | null; waitingFor(): string | null } | undefined;

  constructor(request: InvocationRequest) {
    const { thing, action, input, requestedBy, retentionMs, again } = request;
    this.thing = thing;
    this.action = action;
    this.input = input;
    this.requestedBy = requestedBy;
    this.requestedFrom = request.requestedFrom;
    this.retentionMs = retentionMs;
    this.again = again;
    this.requestedAt = again?.requestedAt ?? Date.now();
    this.id = again?.id ?? invocationId(this.requestedAt);
    this.seq = request.seq;
    this.restartWithinMs = request.restartWithinMs;
    this.leased = request.leased ?? false;
    if (again) this.#ownLog().restore(again.log);
    this.clockTrusted = request.clockTrusted ?? false;
    this.#clock = request.clock ?? realClock;
    this.trace = new Trace(this.#clock, again?.waitedMs);
    this.#changed = request.changed;
  }

  get status(): InvocationStatus {
    return this.#status;
  }
  get startedAt(): number | undefined {
    return this.#startedAt;
  }
  get endedAt(): number | undefined {
    return this.#endedAt;
  }
  get waitedMs(): number | undefined {
    return this.trace.waitedMs;
  }
  get ranMs(): number | undefined {
    return this.trace.ranMs;
  }
  get output(): unknown {
    return this.#ending?.output;
  }
  get error(): Error | undefined {
    return this.#ending?.error;
  }
  get reason(): CancelReason | undefined {
    return this.#ending?.reason;
  }
  get forced(): boolean {
    return this.#ending?.forced ?? false;
  }
  /** `"unknown"` when nobody can know what the device has done; never for what did not begin. */
  get outcome(): "unknown" | undefined {
    return this.unsure || (this.#failed && this.delivery.some(({ uncertain }) => uncertain > 0))
      ? "unknown"
      : undefined;
  }
  /** Nobody can know what the device has done, whatever its counter tells of amounts. */
  get unsure(): boolean {
    const { error, forced = false, nothingDone = false } = this.#ending ?? {};
    const cutShort = forced && !nothingDone;
    return this.#failed && (cutShort || this.#brokeIn || (error instanceof BenchdError && error.outcome === "unknown"));
  }
  get progress(): number | null {
    return this.#progress;
  }
  get delivery(): readonly DeliveryTotal[] {
    return this.#ledger?.totals() ?? nothing;
  }
  get lastCalls(): readonly DeliveryTotal[] {
    return this.#ledger?.deliveries().lastCalls ?? [];
  }
  get steps(): readonly Step[] {
    return this.#steps ?? nothing;
  }
  get positions(): readonly Position[] {
    return this.#positions ?? nothing;
  }
  get excerpts(): readonly Excerpt[] {
    return this.#excerpts?.all ?? nothing;
  }
  get log(): typeof noLog {
    return this.#log ?? noLog;
  }
  get provenance(): readonly Provenance[] {
    return this.#provenance;
  }
  get queuePosition(): number | null {
    return this.#queue?.position() ?? null;
  }
  get waitingFor(): string | null {
    return this.#queue?.waitingFor() ?? this.#waits?.[0]?.what ?? null;
  }

  get ended(): Promise<void> {
    this.#recorded ??= new Moment();
    return this.#recorded.promise;
  }
  /** Resolves when it has ended, whether or not the journal has it. */
  get over(): Promise<void> {
    this.#over ??= new Moment(isTerminal(this.#status));
    return this.#over.promise;
  }

  follow(queue: { position(): number | null; waitingFor(): string | null }): void {
    this.#queue = queue;
  }

  start(): void {
    this.#become("running");
    this.#queue = undefined;
    this.#startedAt = Date.now();
    this.trace.start();
  }

  /** It waits for something that no Thing does, such as `operator`; returns how to say that this is over. */
  waitsFor(what: string): () => void {
    const one = { what };
    this.#waits = [...(this.#waits ?? []), one];
    return () => {
      this.#waits = this.#waits?.filter((other) => other !== one);
    };
  }

  /** What the Things are that it has used so far. */
  used(provenance: readonly Provenance[]): void {
    this.#provenance = provenance;
  }

  end(ending: Ending): void {
    this.#become(ending.status);
    this.#ending = ending;
    this.#endedAt = Date.now();
    this.trace.end();
    this.#queue = undefined;
    // A call that was cut off may still be made safe when nobody waits for it any more.
    for (const step of this.steps) step.end("error", "it was cut off");
    if (ending.status === "completed" && this.#progress !== null) this.#progress = 100;
    this.#over?.come();
  }

  /** The journal has its end. */
  recorded(): void {
    this.#recorded ??= new Moment();
    this.#recorded.come();
  }

  write(level: LogLevel, thing: string, message: string, error?: Error): void {
    this.#ownLog().add({
      at: Date.now(),
      level,
      thing,
      message,
      ...(error && { error: { name: error.name, stack: error.stack ?? "" } }),
    });
    this.#changed?.(this, "log");
  }

  brokeIn(): void {
    this.#brokeIn = true;
  }

  keep(excerpt: Excerpt): void {
    this.#excerpts ??= new Excerpts();
    this.#excerpts.add(excerpt);
    this.#changed?.(this, "excerpts");
  }

  /** How much memory the excerpts take, about. */
  get excerptBytes(): number {
    return this.#excerpts?.bytes ?? 0;
  }

  report(progress: Progress): void {
    if (isTerminal(this.#status)) return;
    this.#progress = percent(progress);
    this.#changed?.(this, "progress");
  }

  deliver(call: object, thing: string, delivery: Delivery): void {
    this.#ledger ??= new DeliveryLedger();
    this.#ledger.record(call, thing, delivery);
    this.#changed?.(this, "delivery");
  }

  /** A call of this invocation is over. */
  settle(call: object): void {
    this.#ledger?.settle(call);
  }

  reconcile(thing: string, known: DeliveryAmount): void {
    this.#ledger ??= new DeliveryLedger();
    this.#ledger.reconcile(thing, known);
    this.#changed?.(this, "delivery");
  }

  step(thing: string, action: string): Step {
    const changed = () => this.#changed?.(this, "steps");
    const step = new Step(this.#stepCount++, { thing, action, clock: this.#clock }, changed);
    this.#steps ??= [];
    this.#steps.push(step);
    if (this.#steps.length > maxSteps) this.#steps.shift();
    return step;
  }

  /** It has come there. */
  stands(at: readonly Position[]): void {
    if (isTerminal(this.#status)) return;
    this.#positions = at;
    this.#changed?.(this, "positions");
  }

  #ownLog(): InvocationLog {
    this.#log ??= new InvocationLog();
    return this.#log;
  }

  #become(status: InvocationStatus): void {
    if (!mayBecome(this.#status, status)) {
      throw new DefinitionError(`invocation ${this.id} is ${this.#status} and cannot become ${status}`);
    }
    this.#status = status;
  }

  /** It has begun, and has not completed. */
  get #failed(): boolean {
    return this.#startedAt !== undefined && this.#ending !== undefined && this.#ending.status !== "completed";
  }
}
