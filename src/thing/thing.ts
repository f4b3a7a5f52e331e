import { type CalibrationState, shownCalibration, uncalibrated } from "../calibration.ts";
import type { Clock } from "../clock.ts";
import { type CancelReason, NotFoundError, NotReadyError } from "../errors.ts";
import type { Frame } from "../invocation/frame.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { Lane } from "../invocation/lane.ts";
import type { LaneOwner, Rest, SafetyStep } from "../invocation/lane-owner.ts";
import type { Provenance } from "../invocation/record.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import type { LineSettings } from "../transport/byte-stream.ts";
import type { Recorder } from "../transport/recorder.ts";
import { type ActionCalls, type Asked, aStep, type InvokeOptions, stopAffordance } from "./action-calls.ts";
import type { ActionAffordance, Table } from "./affordance.ts";
import { bringToRest } from "./at-rest.ts";
import type { Contract } from "./contract.ts";
import type { AnyThing, Identity } from "./define.ts";
import type { Viewer } from "./frames.ts";
import { type AnyHandle, handleOf } from "./handle.ts";
import type { HandedOn } from "./held-outputs.ts";
import type { Life } from "./life.ts";
import type { ThingState } from "./life-options.ts";
import type { Observers, ThingNews } from "./observers.ts";
import type { Outputs } from "./outputs.ts";
import type { Properties } from "./properties.ts";
import { provenanceOf } from "./provenance.ts";
import { askAgain } from "./reconcile.ts";
import type { Safety } from "./safety.ts";
import type { Streams } from "./streams.ts";
import type { ThingOptions } from "./thing-options.ts";
import { partsOf } from "./thing-parts.ts";
import type { Enforcer } from "./wiring.ts";

/** A live Thing: what its definition offers, on a device that comes and goes. */
export class Thing implements LaneOwner {
  readonly name: string;
  readonly title: string;
  readonly definition: AnyThing;
  readonly lane: Lane;
  /** Who keeps the safe value of each output when the process is killed. */
  readonly enforcedBy: Table<Enforcer>;
  /** This Thing as other Things use it; the same object however often the device is opened again. */
  readonly handle: AnyHandle;
  readonly safety: Safety;
  /** What it is, for the record of what it does. */
  readonly provenance: () => Provenance;
  readonly #contract: Contract;
  readonly #life: Life;
  readonly #scheduler: Scheduler;
  readonly #properties: Properties;
  readonly #observers: Observers;
  readonly #calls: ActionCalls;
  readonly #outputs: Outputs;
  readonly #streams: Streams;
  /** How it stands with its calibration. */
  readonly #calibration: () => CalibrationState;
  readonly #clock: Clock;
  /** Why it takes no more work, ever; undefined while it may. */
  #retired: NotReadyError | undefined;

  constructor(options: ThingOptions) {
    const { name, definition, scheduler, clock } = options;
    const calibration = options.calibration ?? (() => uncalibrated);
    this.name = name;
    this.title = options.title ?? definition.title;
    this.definition = definition;
    this.enforcedBy = options.wiring.enforcedBy ?? {};
    this.lane = new Lane(this, options.laneLimit);
    this.#scheduler = scheduler;
    this.#clock = clock;
    this.#calibration = calibration;
    const parts = partsOf(this, { ...options, calibration });
    this.#contract = parts.contract;
    this.#observers = parts.observers;
    this.#outputs = parts.outputs;
    this.#life = parts.life;
    this.#properties = parts.properties;
    this.#calls = parts.calls;
    this.safety = parts.safety;
    this.#streams = parts.streams;
    this.handle = handleOf(this.#contract, {
      read: (property) => this.read(property),
      write: (property, value) => this.write(property, value, aStep),
      perform: async (action, input) => scheduler.perform(this.#calls.call(action, input, aStep)),
    });
    const made = options.made ?? { driver: definition.title, benchd: "unknown", configuration: "" };
    this.provenance = provenanceOf({ thing: name, made, identity: () => this.identity, calibration });
  }

  get state(): ThingState {
    return this.#life.state;
  }
  /** Why it is not ready, in words. */
  get reason(): string | undefined {
    return this.#life.reason;
  }
  /** How often it has come to each state since the start. */
  get entered(): Readonly<Record<ThingState, number>> {
    return this.#life.entered;
  }
  /** Its outputs that are known not to be at their safe values. */
  get outputsOn(): readonly string[] {
    return Object.keys(this.definition.outputs ?? {}).filter((name) => this.#outputs.isAway(name));
  }
  get identity(): Identity | undefined {
    return this.#life.identity;
  }
  /** Its actions; with `stop` once a driver that has one is open. */
  get actions(): Table<ActionAffordance> {
    return this.#life.canStop ? { ...this.#contract.actions, stop: stopAffordance } : this.#contract.actions;
  }

  open(): Promise<void> {
    return this.#life.open();
  }
  /** For good; `why` is what those are told who used it. */
  close(why?: string): Promise<void> {
    return this.#life.close(why);
  }
  /** Its driver has failed where nobody waits for it: it is faulted. */
  fail(error: unknown): void {
    this.#life.fail(error);
  }
  /** Never open it, and say why. */
  keepClosed(reason: string): void {
    this.#life.keepClosed(reason);
  }
  /** Close it, open it, see who answers: the way out of quarantine and of a fault. */
  reset(): Promise<void> {
    return this.#life.reset();
  }
  /** Throws unless it takes work; stopping what a quarantined Thing does is never refused. */
  assertAdmits(urgent: boolean): void {
    if (!(urgent && this.#life.state === "quarantined")) this.#life.assertReady();
  }

  /** The value of a property; readings up to its `maxAgeMs` old are shared, or up to `withinMs` where that is less. */
  read(name: string, withinMs?: number): Promise<unknown> {
    return this.#properties.read(name, withinMs);
  }
  /** As `read`, and let all other work pass: for what looks again and again, whoever has begun that. */
  sample(name: string, withinMs?: number): Promise<unknown> {
    return this.#properties.sample(name, withinMs);
  }
  /** Write a property; throws `InputError`, `NotAllowedError` if read-only, `LaneHeldError` if a run takes too long. */
  write(name: string, value: unknown, asked?: Asked): Promise<void> {
    if (this.#retired) return Promise.reject(this.#retired);
    return this.#properties.write(name, value, asked);
  }
  /** Throws an `InputError` that tells each of these properties that cannot be written, or not so. */
  assertWritable(values: Table<unknown>): void {
    this.#contract.assertWritable(values);
  }
  /** Write the default of its schema to a property; `NotFoundError` if it has none. */
  resetProperty(name: string, asked?: Asked): Promise<void> {
    return this.#properties.reset(name, asked);
  }
  /** Have changes of an observable property told to those who `observe`, though its driver may not; returns how to cease. */
  attend(property: string): () => void {
    return this.#properties.attend(property);
  }
  /** Watch a stream, until it ends or the caller leaves; throws `NotFoundError`, `LaneFullError` when too many watch. */
  watch(name: string): Viewer {
    return this.#streams.watch(name);
  }

  /** Ask for an invocation. Throws at once what keeps it from being accepted. */
  invoke(name: string, input: unknown, options: InvokeOptions): Invocation {
    if (this.#retired) throw this.#retired;
    if (name !== "stop") return this.#scheduler.request(this.#calls.call(name, input, options));
    if (this.#life.canStop === false)
      throw new NotFoundError(`there is no action stop: end what it does by its invocation`);
    // Whoever presses it means what is going on now, also when an earlier stop is still being confirmed.
    this.#scheduler.clear(this.lane, "stopped", options.requestedBy);
    return this.#scheduler.request(this.#calls.stop(options));
  }

  /** It talks over a serial port, or over a bus. */
  get hasWire(): boolean {
    return this.#life.line !== undefined;
  }
  /** What went over its wire. */
  get recorder(): Recorder {
    return this.#life.recorder;
  }
  /** How its port was set up last. */
  get lineSettings(): LineSettings | undefined {
    return this.#life.line?.settings;
  }

  /** Anything worth showing about the device. */
  metadata(): Readonly<Record<string, unknown>> {
    const noisy = this.#life.scope?.noisy && { noisyLine: true };
    const calibration = shownCalibration(this.#calibration());
    return { ...this.#life.identity, ...noisy, ...calibration, ...this.#life.handlers?.state?.() };
  }

  /** Be told of events, property changes and states; returns how to stop that. */
  observe(listener: (news: ThingNews) => void): () => void {
    return this.#observers.add(listener);
  }

  get generation(): number {
    return this.#life.generation;
  }
  get holder(): Frame | undefined {
    return this.lane.holder;
  }
  quarantine(why: string, settled: Promise<void>, generation: number): void {
    this.#life.quarantine(why, settled, generation);
    void settled.then(() => this.reconcile());
  }

  safetySteps(reason: CancelReason): readonly SafetyStep[] {
    return this.safety.steps(reason);
  }

  rest(idle: Rest, why: string): Promise<() => void> {
    return bringToRest({ thing: this, outputs: this.#outputs, clock: this.#clock }, idle, why);
  }

  /** Stop and bring the outputs to their emergency values, ahead of everything. */
  emergency(): Promise<void> {
    return this.safety.emergency();
  }
  /** Whoever used it has gone: what does not hold goes safe. Rejects when that is not confirmed; end what runs first. */
  leaseLost(): Promise<void> {
    return this.safety.leaseLost();
  }
  /** What has used it has ended without being completed: its outputs go safe. Rejects when that is not confirmed. */
  leftBehind(): Promise<void> {
    return this.safety.leftBehind();
  }
  /** An invocation that delivered with it has ended before anyone knew how much: ask the device. */
  reconcile(): Promise<void> {
    return askAgain(this, this.#life, this.#scheduler);
  }
  /** From now on these outputs have these values in place of their safe ones, at once and whenever it is made safe. */
  interlock(values: Table<boolean | number>): Promise<void> {
    return this.safety.interlock(values);
  }
  /** Its outputs that are on, or elsewhere than is safe, and would be made safe if `next` took its place. */
  lostTo(next?: Thing): readonly string[] {
    return this.#outputs.held.lostTo(next === undefined ? undefined : next.#outputs.held);
  }

  /**
   * Once it is closed: `next` stands for it from now on, or nothing does. Outputs that its contract holds over a stop stay
   * as they are where `next` has the same; all others go safe. Whoever has come too late is told to ask again.
   */
  retire(next?: Thing): void {
    const what = next ? "was opened anew" : "is no Thing of this bench any more";
    this.#retired = new NotReadyError(`${this.name} ${what}, as its configuration has changed: ask again`);
    this.#outputs.held.passTo(next === undefined ? undefined : next.#outputs.held);
  }

  /** What is on although it is closed; lines that stay as they are have been handed on. */
  handOn(): HandedOn {
    return this.#outputs.held.handOn();
  }
}
