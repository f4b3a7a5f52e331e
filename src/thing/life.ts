import { runAs, type WorkKind } from "../context.ts";
import {
  type BusyError,
  DeviceTimeoutError,
  DisconnectedError,
  NotReadyError,
  TransportError,
  WrongDeviceError,
} from "../errors.ts";
import { asError } from "../invocation/cause.ts";
import { readable } from "../readable.ts";
import { Recorder } from "../transport/recorder.ts";
import { openDevice } from "./begin.ts";
import type { Identity } from "./define.ts";
import { end } from "./end.ts";
import { handled } from "./handled.ts";
import type { AnyHandlers } from "./handlers.ts";
import { InTurn } from "./in-turn.ts";
import type { LifeOptions, ThingState } from "./life-options.ts";
import { LifeState } from "./life-state.ts";
import { OpenedDriver } from "./opened-driver.ts";
import { Reopening } from "./reopening.ts";
import { Scope } from "./scope.ts";
import { settled } from "./settled.ts";
import { lineOf } from "./wiring.ts";

/** A Thing's life: opening it as a whole, losing it, opening it again, closing it. */
export class Life {
  /** What went over its wire. */
  readonly recorder: Recorder;
  readonly line: ReturnType<typeof lineOf>;
  readonly #options: LifeOptions;
  readonly #is: LifeState;
  #scope: Scope | undefined;
  readonly #driver: OpenedDriver;
  readonly #reopening: Reopening;
  /** Openings, resets and closings never overlap: a port is free before it is opened again. */
  readonly #turns = new InTurn();
  #resetting: Promise<void> | undefined;
  #ended = false;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.#is = new LifeState(options);
    this.#driver = new OpenedDriver(options.log);
    this.recorder = new Recorder(options.clock);
    this.line = lineOf(options.name, options.clock, options.wiring);
    const { name, clock } = options;
    this.#reopening = new Reopening({ name, clock, present: this.line?.present, open: () => void this.#reopen() });
  }

  get state(): ThingState {
    return this.#is.state;
  }
  get reason(): string | undefined {
    return this.#is.reason;
  }
  /** How often it has come to each state. */
  get entered(): Readonly<Record<ThingState, number>> {
    return this.#is.entered;
  }
  /** Which opening this is; work that belongs to an earlier one is none of its business. */
  get generation(): number {
    return this.#is.generation;
  }
  get identity(): Identity | undefined {
    return this.#driver.identity;
  }
  /** What the latest `open` returned, while that opening lasts. */
  get handlers(): AnyHandlers | undefined {
    return this.#driver.handlers;
  }
  /** As `handlers`, or the error that says why there are none. */
  openHandlers(): AnyHandlers {
    if (!this.#driver.handlers) throw this.notReady();
    return this.#driver.handlers;
  }
  get scope(): Scope | undefined {
    return this.#scope;
  }

  assertReady(): void {
    this.#is.assertReady();
  }
  notReady(): BusyError {
    return this.#is.notReady();
  }
  /** Admit nothing until all that was cut off in this opening has ended. */
  quarantine(why: string, settled: Promise<void>, generation: number): void {
    this.#is.quarantine(why, settled, generation);
  }

  /** Whether the driver has a `stop`; undefined before it was ever open. */
  get canStop(): boolean | undefined {
    return this.#driver.canStop;
  }

  /** Open it, in a new scope. Never rejects: how it went is its state. */
  open(): Promise<void> {
    return this.#turns.take(() => this.#open());
  }

  /** A reset may have been quicker. */
  #reopen(): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#is.state === "disconnected" || this.#is.state === "faulted") await this.#open();
    });
  }

  /** What an operator does to a Thing in doubt: close it, open it, see who answers. Two at once are one. */
  reset(): Promise<void> {
    this.#giveUpOpening();
    this.#resetting ??= this.#turns.take(async () => {
      this.#resetting = undefined;
      await this.#shut("reset by an operator", "opening");
      await this.#open();
    });
    return this.#resetting;
  }

  /** For good; `why` is what those are told who used it. */
  close(why = "the gateway closes it"): Promise<void> {
    this.#ended = true;
    this.#giveUpOpening();
    return this.#turns.take(() => this.#shut(why, "closed"));
  }

  /** Its driver has failed where nobody waits for it. */
  fail(error: unknown): void {
    if (this.#scope) this.#fault(this.#scope, error);
  }

  /** Instead of ever opening it. */
  keepClosed(reason: string): void {
    this.#ended = true;
    this.#is.become("closed", reason);
  }

  /** Run a handler of the driver's. A reply that it can make nothing of may have answered something else. */
  handle<T>(handler: () => T | Promise<T>): T | Promise<T> {
    return this.#scope ? this.#scope.handle(handler) : handled(handler);
  }

  /** Run something of the driver's as work of this opening. */
  run<T>(kind: WorkKind, task: () => T | Promise<T>): Promise<T> {
    if (!this.#scope || this.#scope.over) return Promise.reject(this.notReady());
    return runAs(this.#scope.work(kind), () => settled(task));
  }

  #giveUpOpening(): void {
    if (this.#is.state === "opening") void this.#scope?.close();
  }

  async #open(): Promise<void> {
    if (this.#ended) return;
    this.#reopening.giveUp();
    this.#is.become("opening");
    this.#options.outputs.held.begin();
    this.#is.nextOpening();
    const scope: Scope = new Scope({
      ...this.#options,
      thing: this.#options.name,
      line: this.line,
      recorder: this.recorder,
      lost: (error) => this.#lost(scope, error),
      failed: (error) => this.#fault(scope, error),
    });
    this.#scope = scope;
    this.recorder.opening();
    try {
      await openDevice(scope, this.#options, this.#driver);
      if (this.#isOver(scope)) return;
      this.#reopening.succeeded();
      this.recorder.opened();
      this.#is.become("ready");
    } catch (error) {
      if (scope.over) return;
      if (error instanceof TransportError || error instanceof DeviceTimeoutError) this.#lost(scope, error);
      else this.#fault(scope, error);
    }
  }

  /** Whether an opening has ended: the first that tells of its end is right, the rest follows from it. */
  #isOver(scope: Scope): boolean {
    return scope.over || this.#is.ended;
  }

  #lost(scope: Scope, error: Error): void {
    if (this.#isOver(scope)) return;
    const why = error instanceof DeviceTimeoutError ? `it is unresponsive: ${error.message}` : error.message;
    const wasOpen = this.#is.open;
    // What runs on it has sent something, or is about to: nobody can know what the device makes of it.
    this.#leave("disconnected", new DisconnectedError(why, { cause: error, outcome: "unknown" }));
    if (wasOpen) this.#options.safety().unconfirmed(error);
    this.#abandon(scope, this.#options.outputs.held.lost(wasOpen));
    this.#reopening.begin();
  }

  #fault(scope: Scope, error: unknown): void {
    if (this.#isOver(scope)) return;
    const fault = asError(readable(error));
    const handlers = this.#is.open ? this.#driver.handlers : undefined;
    this.#leave("faulted", fault);
    // Whoever has put it there pulls it out again, and the right one in.
    if (fault instanceof WrongDeviceError) this.#reopening.afterReplug();
    const held = this.#options.outputs.held.ended("failed");
    if (handlers) void this.#turns.take(() => this.#comeDown(scope, handlers, held));
    else this.#abandon(scope, held);
  }

  /** What it was told goes on in the device until that is told otherwise: the way there is still open. */
  async #comeDown(scope: Scope, handlers: AnyHandlers, held: readonly string[]): Promise<void> {
    this.#driver.handlers = handlers;
    await this.#options.safety().driverFailed();
    this.#driver.handlers = undefined;
    await scope.close(held);
  }

  /** At once, as its opening may still be under way; the next one waits until it is closed. */
  #abandon(scope: Scope, held: readonly string[]): void {
    const closed = scope.close(held);
    void this.#turns.take(() => closed);
  }

  async #shut(why: string, next: "closed" | "opening"): Promise<void> {
    const handlers = this.#driver.handlers;
    const scope = this.#scope;
    this.#reopening.giveUp();
    const wasOpen = this.#is.open;
    const held = this.#options.outputs.held.ended(next === "closed" ? "onStop" : "failed");
    // First of all it takes nothing new.
    this.#is.become(next);
    if (wasOpen) this.#options.left(new NotReadyError(why));
    const close = handlers?.close;
    const ending = {
      safety: wasOpen ? this.#options.safety() : undefined,
      held,
      close: async () => {
        if (close && !scope?.over) await this.run("urgent", () => close(held));
      },
      closeLines: async () => {
        this.#driver.handlers = undefined;
        await scope?.close(held);
      },
    };
    await end(ending, this.#options);
    this.#reopening.giveUp();
    this.#scope = undefined;
  }

  /** Leave `ready`, or an opening that failed, with the reason shown to everyone. */
  #leave(state: ThingState, error: Error): void {
    this.#reopening.giveUp();
    this.#driver.handlers = undefined;
    this.#is.become(state, error.message, error);
    this.#options.left(error);
  }
}
