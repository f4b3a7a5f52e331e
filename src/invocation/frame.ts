import type { Clock, Timer } from "../clock.ts";
import { type AmbientInvocation, ambient, type LogLevel, runAs, type Work, type WorkKind } from "../context.ts";
import { FencedError } from "../errors.ts";
import type { Requester } from "./admission.ts";
import { asError, type Cause, wasAsked } from "./cause.ts";
import { EndSignals } from "./end-signals.ts";
import type { Host } from "./host.ts";
import type { Invocation } from "./invocation.ts";
import type { Lane } from "./lane.ts";
import type { LaneOwner, Rest } from "./lane-owner.ts";
import type { Provenance } from "./record.ts";
import type { Step } from "./step.ts";
import { voiceOf } from "./voice.ts";

interface FrameOptions {
  readonly host: Host;
  readonly kind: WorkKind;
  readonly owner: LaneOwner;
  /** The affordance that is called. */
  readonly name: string;
  /** Time to clean up after a cancel; 5000 ms unless told. */
  readonly graceMs?: number | undefined;
  readonly invocation?: Invocation | undefined;
  readonly parent?: Frame | undefined;
  /** Called inside `shield`: a cancel of the caller does not reach it. */
  readonly shielded?: boolean | undefined;
  readonly step?: Step | undefined;
  /** Of a root: on whose behalf it is called. */
  readonly requester?: Requester | undefined;
  /** What fails below it ends this, and not what it is a part of. */
  readonly apart?: boolean;
  /** Where the outputs of what it holds are while it asks somebody. */
  readonly idle?: ReadonlyMap<LaneOwner, Rest> | undefined;
}

/** A run that calibrates again and again has no end of them. */
const maxUses = 100;
const none: ReadonlySet<never> = new Set();

/**
 * One call: an invocation's own, one nested in it, a piece of background work, or a property write. Frames form a tree;
 * a frame has settled when its handler and all its children have.
 */
export class Frame implements Work {
  readonly kind: WorkKind;
  readonly owner: LaneOwner;
  readonly name: string;
  /** Of its owner, when it was called. */
  readonly generation: number;
  readonly graceMs: number;
  readonly record: Invocation | undefined;
  readonly parent: Frame | undefined;
  readonly shielded: boolean;
  readonly step: Step | undefined;
  readonly requester: Requester | undefined;
  readonly apart: boolean;
  readonly idle: ReadonlyMap<LaneOwner, Rest> | undefined;
  /** The lanes it holds itself. */
  readonly held: Lane[] = [];
  /** Of a root: what the Things are that it uses, each as it was when that began. */
  readonly uses: Provenance[] = [];
  /** The lane it waits to enter. */
  waitingFor: Lane | undefined;
  /** Set while it is being ended. */
  cause: Cause | undefined;
  /** What else wants it to end, which no acknowledgement undoes. */
  further: Cause | undefined;
  grace: Timer | undefined;
  /** When it has to be over, by its deadline or by the ladder; bench time. That it is not would be a fault of ours. */
  endsBy: number | undefined;
  /** The last rungs of the ladder, once they are being climbed. */
  forcing: Promise<void> | undefined;
  /** Told when they have been climbed. */
  onForced: (() => void) | undefined;
  settled = false;
  readonly #host: Host;
  readonly #signals = new EndSignals();
  // Hundreds may wait in a lane, each with a frame that has none of these yet.
  #children: Set<Frame> | undefined;
  #touched: Set<LaneOwner> | undefined;
  #whenSettled: (() => void)[] | undefined;
  #childLeft: (() => void) | undefined;
  #voice: AmbientInvocation | undefined;
  #failure: Error | undefined;

  constructor(options: FrameOptions) {
    const { host, kind, owner, name, graceMs, invocation, parent, shielded, step, requester, apart, idle } = options;
    this.#host = host;
    this.kind = kind;
    this.owner = owner;
    this.name = name;
    this.record = invocation;
    this.parent = parent;
    this.generation = owner.generation;
    this.graceMs = graceMs ?? 5000;
    this.shielded = shielded ?? false;
    this.step = step;
    this.requester = requester;
    this.apart = apart ?? false;
    this.idle = idle;
    if (parent) {
      parent.#children ??= new Set();
      parent.#children.add(this);
    }
  }

  get children(): ReadonlySet<Frame> {
    return this.#children ?? none;
  }
  /** Whose lanes it has held at any time. */
  get touched(): ReadonlySet<LaneOwner> {
    return this.#touched ?? none;
  }

  get thing(): string {
    return this.owner.name;
  }
  get clock(): Clock {
    return this.#host.clock;
  }
  get root(): Frame {
    return this.parent?.root ?? this;
  }
  /** How errors and logs call it. */
  get label(): string {
    return `${this.thing}/${this.name}${this.record ? ` (${this.record.id})` : ""}`;
  }
  get signal(): AbortSignal {
    return this.#signals.cancel;
  }
  get fence(): AbortSignal {
    return this.#signals.fence;
  }
  get fenced(): boolean {
    return this.#signals.fenced;
  }
  get aborted(): boolean {
    return this.#signals.aborted;
  }

  get invocation(): AmbientInvocation | undefined {
    if (this.record) this.#voice ??= voiceOf(this, this.record, this.#host);
    return this.#voice;
  }

  /** It holds the lane of that owner now, and so do those that have called it. */
  use(owner: LaneOwner): void {
    this.touch(owner);
    const { uses } = this.root;
    const now = uses.length < maxUses ? owner.provenance?.() : undefined;
    const isKnown = ({ thing, calibration }: Provenance) =>
      thing === now?.thing && calibration?.id === now.calibration?.id;
    if (now && !uses.some(isKnown)) uses.push(now);
  }

  /** It works there, and with it those that have called it. */
  touch(owner: LaneOwner): void {
    this.#touched ??= new Set();
    this.#touched.add(owner);
    this.parent?.touch(owner);
  }

  isBelow(other: Frame): boolean {
    for (let frame = this.parent; frame; frame = frame.parent) if (frame === other) return true;
    return false;
  }

  /** This frame and all below it. */
  *tree(): Generator<Frame> {
    yield this;
    for (const child of this.children) yield* child.tree();
  }

  /** Ask it, and what it called, to end. */
  abort(reason: Error): void {
    this.#signals.abort(reason);
    for (const child of this.children) if (!child.shielded) child.abort(reason);
  }

  /** From now on neither it nor what it called can touch anything. */
  breakOff(why: () => Error): void {
    for (const frame of this.tree()) frame.#signals.breakOff(why);
  }

  /** Let the waits of it and of what it called work again. */
  rearm(): void {
    for (const frame of this.tree()) frame.#signals.rearm();
  }

  /** Run the handler; settles when the handler and everything below it have settled. */
  async run<T>(handler: () => T | Promise<T>): Promise<T> {
    try {
      const result = await runAs(this, async () => handler());
      while (this.children.size > 0) await this.#oneLeaves();
      if (this.#failure) throw this.#failure;
      return result;
    } catch (error) {
      // What a failed handler has started must not go on without it, nor for ever.
      if (this.children.size > 0) this.#host.failed(this, error);
      while (this.children.size > 0) await this.#oneLeaves();
      throw (wasAsked(error) && this.#failure) || error;
    } finally {
      this.record?.settle(this);
      this.settle();
    }
  }

  /** Do something beside the handler, as a part of it. */
  background(work: () => Promise<void>): void {
    const child = this.part(`${this.name}, in the background`);
    child
      .run(work)
      .catch((error: unknown) => {
        // That it was asked to end, and did, is no failure.
        if (this.aborted && wasAsked(error)) return;
        this.#failure ??= asError(error);
        this.#host.failed(this, error);
      })
      .finally(() => child.leave());
  }

  /** A call of its own on the same Thing, which ends at the latest with this one. Throws when this is cut off. */
  part(name: string, options: Pick<FrameOptions, "graceMs" | "apart"> = {}): Frame {
    this.#signals.assertUnbroken();
    const shielded = ambient()?.shielded;
    const child = new Frame({
      host: this.#host,
      kind: this.kind,
      owner: this.owner,
      name,
      invocation: this.record,
      parent: this,
      step: this.step,
      shielded,
      ...options,
    });
    if (this.aborted && !shielded) child.abort(asError(this.signal.reason));
    return child;
  }

  /** What ends when something below it fails: itself, unless it stands apart from what it is a part of. */
  get failing(): Frame {
    return this.apart || !this.parent ? this : this.parent.failing;
  }

  /** It is over, or never began. */
  settle(): void {
    this.settled = true;
    this.grace?.cancel();
    // What its handler has left running may no longer touch anything.
    this.breakOff(() => new FencedError(`${this.label} has ended`));
    const waiting = this.#whenSettled ?? [];
    this.#whenSettled = undefined;
    for (const tell of waiting) tell();
  }

  /** Its caller no longer waits for it. */
  leave(): void {
    if (this.parent) this.parent.#left(this);
  }

  /** Resolves when it has settled. */
  whenSettled(): Promise<void> {
    if (this.settled) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenSettled ??= [];
      this.#whenSettled.push(resolve);
    });
  }

  log(level: LogLevel, message: string): void {
    if (this.record) this.record.write(level, this.thing, message);
    else this.#host.log(this.thing, level, message);
  }

  suspended(): void {
    this.#host.suspended?.(this);
  }

  #left(child: Frame): void {
    if (this.#children?.delete(child)) this.#childLeft?.();
  }

  /** Waited for in a loop that ends in the same breath as the frame settles: nothing slips in between. */
  #oneLeaves(): Promise<void> {
    return new Promise((resolve) => {
      this.#childLeft = resolve;
    });
  }
}
