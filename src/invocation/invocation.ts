import { randomUUID } from "node:crypto";
import type { Delivery, LogLevel, Progress } from "../context.ts";
import { BenchdError, type CancelReason, DefinitionError } from "../errors.ts";
import type { Excerpt } from "../transcript.ts";
import { DeliveryLedger, type DeliveryTotal } from "./ledger.ts";
import { InvocationLog } from "./log.ts";
import { type InvocationStatus, isTerminal, mayBecome } from "./state.ts";
import { percent, Step } from "./step.ts";

/** How an invocation ended. */
export interface Ending {
  readonly status: "completed" | "cancelled" | "error";
  readonly output?: unknown;
  readonly error?: Error | undefined;
  readonly reason?: CancelReason | undefined;
  readonly forced?: boolean;
}

export interface InvocationRequest {
  readonly thing: string;
  readonly action: string;
  readonly input: unknown;
  readonly requestedBy: string;
  readonly retentionMs: number;
}

const maxSteps = 200;
/** What is kept of the wires; the latest. */
const maxExcerpts = 20;
const maxExcerptBytes = 65_536;
let lastSeq = 0;

/** One run of an action, from request to its one end: what anyone may know of it. Times are wall clock, in ms. */
export class Invocation {
  readonly id = randomUUID();
  /** Orders invocations whatever the wall clock does. */
  readonly seq = ++lastSeq;
  readonly thing: string;
  readonly action: string;
  readonly input: unknown;
  readonly requestedBy: string;
  readonly retentionMs: number;
  readonly requestedAt = Date.now();
  #status: InvocationStatus = "pending";
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #ending: Ending | undefined;
  #brokeIn = false;
  #progress: number | null = null;
  #ledger: DeliveryLedger | undefined;
  #steps: Step[] | undefined;
  #log: InvocationLog | undefined;
  #excerpts: Excerpt[] | undefined;
  #ended: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  /** While it waits: asks the scheduler where it stands. */
  #queue: { position(): number | null; waitingFor(): string | null } | undefined;

  constructor({ thing, action, input, requestedBy, retentionMs }: InvocationRequest) {
    this.thing = thing;
    this.action = action;
    this.input = input;
    this.requestedBy = requestedBy;
    this.retentionMs = retentionMs;
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
  get output(): unknown {
    return this.#ending?.output;
  }
  get error(): Error | undefined {
    return this.#ending?.error;
  }
  get reason(): CancelReason | undefined {
    return this.#ending?.reason;
  }
  /** It had to be cut off: its handler did not end within the grace. */
  get forced(): boolean {
    return this.#ending?.forced ?? false;
  }
  /** `"unknown"` when nobody can know what the device has done; never for what did not begin. */
  get outcome(): "unknown" | undefined {
    if (!this.#ending || this.#ending.status === "completed" || this.#startedAt === undefined) return undefined;
    const { error, forced } = this.#ending;
    const unsure = forced || this.#brokeIn || (error instanceof BenchdError && error.outcome === "unknown");
    return unsure || this.delivery.some(({ uncertain }) => uncertain > 0) ? "unknown" : undefined;
  }
  /** 0 to 100, or null when the handler reports none. */
  get progress(): number | null {
    return this.#progress;
  }
  get delivery(): readonly DeliveryTotal[] {
    return this.#ledger?.totals() ?? [];
  }
  /** The latest 200. */
  get steps(): readonly Step[] {
    return this.#steps ?? [];
  }
  /** What went over the wires while its exchanges failed: the latest 20, at most some 64 KiB. */
  get excerpts(): readonly Excerpt[] {
    return this.#excerpts ?? [];
  }
  get log(): InvocationLog {
    this.#log ??= new InvocationLog();
    return this.#log;
  }
  /** How many wait before it (0: it is next), or null once it runs. */
  get queuePosition(): number | null {
    return this.#queue?.position() ?? null;
  }
  /** What it waits for, in words. */
  get waitingFor(): string | null {
    return this.#queue?.waitingFor() ?? null;
  }

  /** Resolves when it has ended and the journal has it. */
  get ended(): Promise<void> {
    return this.#end().promise;
  }

  follow(queue: { position(): number | null; waitingFor(): string | null }): void {
    this.#queue = queue;
  }

  start(): void {
    this.#become("running");
    this.#queue = undefined;
    this.#startedAt = Date.now();
  }

  end(ending: Ending): void {
    this.#become(ending.status);
    this.#ending = ending;
    this.#endedAt = Date.now();
    this.#queue = undefined;
    // A call that was cut off may still be made safe when nobody waits for it any more.
    for (const step of this.steps) step.end("error", "it was cut off");
    if (ending.status === "completed" && this.#progress !== null) this.#progress = 100;
  }

  /** The journal has its end. */
  recorded(): void {
    this.#end().resolve();
  }

  write(level: LogLevel, thing: string, message: string, error?: Error): void {
    this.log.add({
      at: Date.now(),
      level,
      thing,
      message,
      ...(error && { error: { name: error.name, stack: error.stack ?? "" } }),
    });
  }

  brokeIn(): void {
    this.#brokeIn = true;
  }

  keep(excerpt: Excerpt): void {
    this.#excerpts ??= [];
    this.#excerpts.push(excerpt);
    while (this.#excerpts.length > 1 && (this.#excerpts.length > maxExcerpts || this.excerptBytes > maxExcerptBytes))
      this.#excerpts.shift();
  }

  /** How much memory the excerpts take, about. */
  get excerptBytes(): number {
    const weigh = ({ entries }: Excerpt) => entries.reduce((sum, { bytes }) => sum + bytes.length + 100, 0);
    return this.excerpts.reduce((sum, excerpt) => sum + weigh(excerpt), 0);
  }

  report(progress: Progress): void {
    if (!isTerminal(this.#status)) this.#progress = percent(progress);
  }

  deliver(call: object, thing: string, delivery: Delivery): void {
    this.#ledger ??= new DeliveryLedger();
    this.#ledger.record(call, thing, delivery);
  }

  /** A call of this invocation is over. */
  settle(call: object): void {
    this.#ledger?.settle(call);
  }

  reconcile(thing: string, known: { unit: string; requested: number; confirmed: number }): void {
    this.#ledger ??= new DeliveryLedger();
    this.#ledger.reconcile(thing, known);
  }

  step(thing: string, action: string): Step {
    const step = new Step(thing, action);
    this.#steps ??= [];
    this.#steps.push(step);
    if (this.#steps.length > maxSteps) this.#steps.shift();
    return step;
  }

  #become(status: InvocationStatus): void {
    if (!mayBecome(this.#status, status)) {
      throw new DefinitionError(`invocation ${this.id} is ${this.#status} and cannot become ${status}`);
    }
    this.#status = status;
  }

  #end() {
    if (!this.#ended) {
      let resolve = () => {};
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      this.#ended = { promise, resolve };
    }
    return this.#ended;
  }
}
