import { runAs, type WorkKind } from "../context.ts";
import {
  type BusyError,
  DeviceTimeoutError,
  DisconnectedError,
  MalformedReplyError,
  NotReadyError,
  QuarantinedError,
  TransportError,
  WrongDeviceError,
} from "../errors.ts";
import { bounded } from "../invocation/ladder.ts";
import { Recorder } from "../transport/recorder.ts";
import { begin } from "./begin.ts";
import { checkHandlers } from "./check-handlers.ts";
import type { Hooks, Identity } from "./define.ts";
import { assertSameDevice } from "./identity.ts";
import type { LifeOptions, ThingState } from "./life-options.ts";
import { Reopening } from "./reopening.ts";
import { Scope } from "./scope.ts";
import { lineOf } from "./wiring.ts";

/** The handlers of any Thing, looked up by name. */
export type AnyHandlers = Hooks & {
  readonly read?: Readonly<Record<string, () => unknown>>;
  readonly write?: Readonly<Record<string, (value: unknown) => unknown>>;
  readonly invoke?: Readonly<Record<string, (...args: unknown[]) => unknown>>;
  readonly stream?: Readonly<Record<string, () => AsyncIterable<Uint8Array>>>;
};

/** A device that has not opened within this time counts as disconnected; bench time. */
const openTimeoutMs = 15_000;
const closeTimeoutMs = 5000;

/** A Thing's life: opening it as a whole, losing it, opening it again, closing it. */
export class Life {
  /** What went over its wire. */
  readonly recorder: Recorder;
  readonly line: ReturnType<typeof lineOf>;
  readonly #options: LifeOptions;
  #state: ThingState = "closed";
  #reason: string | undefined;
  #scope: Scope | undefined;
  #handlers: AnyHandlers | undefined;
  #identity: Identity | undefined;
  #canStop: boolean | undefined;
  #generation = 0;
  /** How much of this opening was cut off and has not ended. */
  #cutOff = 0;
  readonly #reopening: Reopening;
  /** What was told last of why it is not ready: to say it again at every attempt would fill the log. */
  #told: string | undefined;
  #turn: Promise<void> = Promise.resolve();
  #resetting: Promise<void> | undefined;
  #ended = false;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.recorder = new Recorder(options.clock);
    this.line = lineOf(options.name, options.clock, options.wiring);
    const { name, clock } = options;
    this.#reopening = new Reopening({ name, clock, present: this.line?.present, open: () => void this.#reopen() });
  }

  get state(): ThingState {
    return this.#state;
  }
  get reason(): string | undefined {
    return this.#reason;
  }
  get identity(): Identity | undefined {
    return this.#identity;
  }
  /** What the latest `open` returned, while that opening lasts. */
  get handlers(): AnyHandlers | undefined {
    return this.#handlers;
  }
  /** As `handlers`, or the error that says why there are none. */
  openHandlers(): AnyHandlers {
    if (!this.#handlers) throw this.notReady();
    return this.#handlers;
  }
  get scope(): Scope | undefined {
    return this.#scope;
  }

  assertReady(): void {
    if (this.#state !== "ready") throw this.notReady();
  }

  notReady(): BusyError {
    const why = `${this.#options.name} is ${this.#state}${this.#reason ? `: ${this.#reason}` : ""}`;
    return this.#state === "quarantined" ? new QuarantinedError(why) : new NotReadyError(why);
  }

  /** Whether the driver has a `stop`; undefined before it was ever open. */
  get canStop(): boolean | undefined {
    return this.#canStop;
  }

  /** Open it, in a new scope. Never rejects: how it went is its state. */
  open(): Promise<void> {
    return this.#inTurn(() => this.#open());
  }

  /** A reset may have been quicker. */
  #reopen(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === "disconnected" || this.#state === "faulted") await this.#open();
    });
  }

  /** What an operator does to a Thing in doubt: close it, open it, see who answers. Two at once are one. */
  reset(): Promise<void> {
    this.#giveUpOpening();
    this.#resetting ??= this.#inTurn(async () => {
      this.#resetting = undefined;
      await this.#shut("reset by an operator", "opening");
      await this.#open();
    });
    return this.#resetting;
  }

  close(): Promise<void> {
    this.#ended = true;
    this.#giveUpOpening();
    return this.#inTurn(() => this.#shut("the gateway closes it", "closed"));
  }

  /** Its driver has failed where nobody waits for it. */
  fail(error: unknown): void {
    if (this.#scope) this.#fault(this.#scope, error);
  }

  /** Instead of ever opening it. */
  keepClosed(reason: string): void {
    this.#ended = true;
    this.#become("closed", reason);
  }

  /** Which opening this is; work that belongs to an earlier one is none of its business. */
  get generation(): number {
    return this.#generation;
  }

  /** Admit nothing until all that was cut off in this opening has ended. */
  quarantine(why: string, settled: Promise<void>, generation: number): void {
    if (!this.#isOpen || generation !== this.#generation) return;
    this.#cutOff++;
    this.#become("quarantined", why);
    this.#options.refused(this.notReady());
    void settled.then(() => {
      if (generation !== this.#generation || --this.#cutOff > 0 || this.#state !== "quarantined") return;
      this.#options.log("info", "what was cut off has ended: out of quarantine");
      this.#become("ready");
    });
  }

  /** Run a handler of the driver's. A reply that it can make nothing of may have answered something else. */
  handle<T>(handler: () => T | Promise<T>): T | Promise<T> {
    const scope = this.#scope;
    const result = handler();
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      if (error instanceof MalformedReplyError && scope && !scope.over) scope.doubt();
      throw error;
    });
  }

  /** Run something of the driver's as work of this opening. */
  run<T>(kind: WorkKind, task: () => T | Promise<T>): Promise<T> {
    if (!this.#scope || this.#scope.over) return Promise.reject(this.notReady());
    return runAs(this.#scope.work(kind), async () => task());
  }

  /** Openings, resets and closings never overlap: a port is free before it is opened again. */
  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #giveUpOpening(): void {
    if (this.#state === "opening") void this.#scope?.close();
  }

  async #open(): Promise<void> {
    if (this.#ended) return;
    const { name, clock, definition } = this.#options;
    this.#reopening.giveUp();
    this.#become("opening");
    this.#options.outputs.begin();
    this.#generation++;
    this.#cutOff = 0;
    const scope: Scope = new Scope({
      ...this.#options,
      thing: name,
      line: this.line,
      recorder: this.recorder,
      lost: (error) => this.#lost(scope, error),
      failed: (error) => this.#fault(scope, error),
    });
    this.#scope = scope;
    this.recorder.opening();
    try {
      const opening = runAs(scope.work("open"), async () => {
        const handlers: unknown = await definition.open(scope.context());
        checkHandlers(definition, handlers);
        // From here on it can be stopped; it can be used when it is ready.
        if (!scope.over) this.#take(handlers as AnyHandlers);
        await begin(handlers as AnyHandlers, this.#options, (identity) => this.#identify(identity));
      });
      await bounded(clock, openTimeoutMs, Promise.race([opening, scope.whenOver()]));
      if (this.#isOver(scope)) return;
      this.#reopening.succeeded();
      this.recorder.opened();
      this.#become("ready");
    } catch (error) {
      if (scope.over) return;
      if (error instanceof TransportError || error instanceof DeviceTimeoutError) this.#lost(scope, error);
      else this.#fault(scope, error);
    }
  }

  #identify(identity: Identity): void {
    assertSameDevice(this.#identity, identity, this.#options.log);
    this.#identity = identity;
  }

  #take(handlers: AnyHandlers): void {
    this.#handlers = handlers;
    this.#canStop = handlers.stop !== undefined;
  }

  /** Whether an opening has ended: the first that tells of its end is right, the rest follows from it. */
  #isOver(scope: Scope): boolean {
    return scope.over || this.#state === "closed" || this.#state === "disconnected" || this.#state === "faulted";
  }

  #lost(scope: Scope, error: Error): void {
    if (this.#isOver(scope)) return;
    const why = error instanceof DeviceTimeoutError ? `it is unresponsive: ${error.message}` : error.message;
    const wasOpen = this.#isOpen;
    // What runs on it has sent something, or is about to: nobody can know what the device makes of it.
    this.#leave("disconnected", new DisconnectedError(why, { cause: error, outcome: "unknown" }));
    if (wasOpen) this.#options.safety().unconfirmed(error);
    this.#abandon(scope, this.#options.outputs.lost(wasOpen));
    this.#reopening.begin();
  }

  #fault(scope: Scope, error: unknown): void {
    if (this.#isOver(scope)) return;
    const fault = error instanceof Error ? error : new Error(String(error));
    const handlers = this.#isOpen ? this.#handlers : undefined;
    this.#leave("faulted", fault);
    // Whoever has put it there pulls it out again, and the right one in.
    if (fault instanceof WrongDeviceError) this.#reopening.afterReplug();
    const held = this.#options.outputs.ended("failed");
    if (handlers) void this.#inTurn(() => this.#comeDown(scope, handlers, held));
    else this.#abandon(scope, held);
  }

  /** What it was told goes on in the device until that is told otherwise: the way there is still open. */
  async #comeDown(scope: Scope, handlers: AnyHandlers, held: readonly string[]): Promise<void> {
    this.#handlers = handlers;
    await this.#options.safety().driverFailed();
    this.#handlers = undefined;
    await scope.close(held);
  }

  /** At once, as its opening may still be under way; the next one waits until it is closed. */
  #abandon(scope: Scope, held: readonly string[]): void {
    const closed = scope.close(held);
    void this.#inTurn(() => closed);
  }

  async #shut(why: string, next: "closed" | "opening"): Promise<void> {
    const { log, clock } = this.#options;
    const handlers = this.#handlers;
    const scope = this.#scope;
    this.#reopening.giveUp();
    const wasOpen = this.#isOpen;
    const held = this.#options.outputs.ended(next === "closed" ? "onStop" : "failed");
    // First of all it takes nothing new.
    this.#become(next);
    if (wasOpen) this.#options.left(new NotReadyError(why));
    const failed = (what: string) => (error: Error) => log("error", `${what} was not confirmed: ${error.message}`);
    const bounds = (what: string, work: Promise<unknown>) => bounded(clock, closeTimeoutMs, work).catch(failed(what));
    if (wasOpen) await this.#options.safety().goDown(held);
    const close = handlers?.close;
    if (close && scope && !scope.over)
      await bounds(
        "closing it",
        this.run("urgent", () => close(held)),
      );
    this.#handlers = undefined;
    if (scope) await bounds("closing its lines", scope.close(held));
    this.#reopening.giveUp();
    this.#scope = undefined;
  }

  get #isOpen(): boolean {
    return this.#state === "ready" || this.#state === "quarantined";
  }

  /** Leave `ready`, or an opening that failed, with the reason shown to everyone. */
  #leave(state: ThingState, error: Error): void {
    this.#reopening.giveUp();
    this.#handlers = undefined;
    this.#become(state, error.message);
    this.#options.left(error);
  }

  #become(state: ThingState, reason?: string): void {
    this.#state = state;
    this.#reason = reason;
    const text = reason === undefined ? undefined : `${this.#options.name} is ${state}: ${reason}`;
    if (text !== undefined) this.#options.log(text === this.#told ? "debug" : "warning", text);
    if (state !== "opening") this.#told = text;
    this.#options.changed(state, reason);
  }
}
