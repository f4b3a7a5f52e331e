import { AsyncLocalStorage } from "node:async_hooks";
import { setMaxListeners } from "node:events";
import type { BlobOptions, BlobSource, BlobValue } from "./blob.ts";
import type { CalibrationResult } from "./calibration.ts";
import type { Clock } from "./clock.ts";
import { DefinitionError } from "./errors.ts";
import type { Question } from "./question.ts";
import type { Excerpt } from "./transcript.ts";

/** What work is for; the wire serves them in this order. */
export type WorkKind = "urgent" | "run" | "write" | "read" | "poll" | "open";
export type LogLevel = "debug" | "info" | "warning" | "error";

/** How far an action has come, in any unit: 3 of 12 samples, 1.2 of 5 mL. */
export interface Progress {
  readonly done: number;
  readonly of: number;
}

/**
 * What one call has delivered so far: each report replaces the call's last one for that unit, and the
 * invocation shows the sum over its calls.
 */
export interface Delivery {
  /** UCUM, as in schemas: `mL`, `g`. */
  readonly unit: string;
  readonly requested: number;
  /** What the device itself has confirmed. */
  readonly confirmed: number;
  /** What may have been delivered on top. */
  readonly uncertain?: number;
}

/** What a handler may know about the invocation it runs in. */
export interface InvocationView {
  readonly id: string;
  readonly thing: string;
  readonly action: string;
}

/** What the ambient functions reach when they are called below an action. */
export interface AmbientInvocation extends InvocationView {
  report(progress: Progress): void;
  deliver(delivery: Delivery): void;
  acknowledgeCancel(): boolean;
  blob(source: BlobSource, options: BlobOptions): Promise<BlobValue>;
  ask(question: Question): Promise<unknown>;
  calibrate(result: CalibrationResult): Promise<void>;
  background(work: () => Promise<void>): void;
  detached(title: string, work: () => Promise<void>): InvocationView;
  /** Keep what went over a wire while an exchange of its failed. */
  keep(excerpt: Excerpt): void;
  /** Bytes have broken into what goes on: unless it ends well, nobody knows what the device has made of them. */
  brokeIn(): void;
  /** It waits for its turn at a wire. */
  queued(): void;
  /** Its turn has come, or it waits no longer: once for each `queued`. */
  dequeued(): void;
}

/** Everything that touches hardware is done as some Work, which the async context carries. */
export interface Work {
  readonly kind: WorkKind;
  /** The Thing it is done on. */
  readonly thing: string;
  readonly clock: Clock;
  /** Aborts when the work is asked to end, and at the latest with the fence; every ambient wait listens. */
  readonly signal: AbortSignal;
  /** Aborts when the work may no longer touch anything; `shield` does not mask it. */
  readonly fence: AbortSignal;
  /** Absent below reads, polls and `open`. */
  readonly invocation?: AmbientInvocation | undefined;
  log(level: LogLevel, message: string): void;
  /** The call that a reading of another Thing is part of. */
  readonly within?: Work | undefined;
  /** Told of every ambient wait as it begins. */
  suspended?(): void;
}

/** A stretch of the async context: the work, and what narrows it. */
export interface Ambient {
  readonly work: Work;
  /** Inside `shield`: only the fence ends waits. */
  readonly shielded: boolean;
  /** The `exclusive` group on a wire that this stretch belongs to. */
  readonly group?: object | undefined;
}

const slot = Symbol.for("benchd.context");
const globals = globalThis as { [slot]?: true };
if (globals[slot]) {
  throw new DefinitionError(
    "two copies of benchd are loaded, so cancelling would silently miss half of the waits: make drivers import benchd/driver of the copy that runs",
  );
}
globals[slot] = true;

const store = new AsyncLocalStorage<Ambient>();

/** For the signals of works: any number of waits may listen to them. */
export function newAbort(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

export const ambient = (): Ambient | undefined => store.getStore();

/** Run `task` as `work`. */
export function runAs<T>(work: Work, task: () => T): T {
  return store.run({ work, shielded: false }, task);
}

/** Run `task` in a narrowed stretch of the current context; outside any work, just run it. */
export function runNarrowed<T>(narrowed: Partial<Omit<Ambient, "work">>, task: () => T): T {
  const current = store.getStore();
  return current ? store.run({ ...current, ...narrowed }, task) : task();
}

/** The signal that ends waits here: the cancellation, or inside `shield` the fence only. */
export function currentSignal(): AbortSignal | undefined {
  const current = store.getStore();
  return current && (current.shielded ? current.work.fence : current.work.signal);
}

/** Throws unless the current work may still touch hardware or speak for its invocation. */
export function assertUnfenced(): void {
  store.getStore()?.work.fence.throwIfAborted();
}

export interface Settle<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** So many waits in a row may be refused at once to work that goes on although it was asked to end. */
const maxRefusedAtOnce = 100;
/** Each further one takes as long, or a loop that takes no notice of that would let nothing else run, not even its own end. */
const refusalMs = 10;
const refusedBy = new WeakMap<AbortSignal, number>();

function refuse(signal: AbortSignal, reject: (reason: unknown) => void): void {
  const refused = (refusedBy.get(signal) ?? 0) + 1;
  refusedBy.set(signal, refused);
  const clock = store.getStore()?.work.clock;
  if (refused <= maxRefusedAtOnce || !clock) reject(signal.reason);
  else clock.after(refusalMs, () => reject(signal.reason));
}

/**
 * The one cancellable wait that all others are made of. `begin` starts whatever settles it and returns how to give that
 * up, which is called however the wait ends.
 */
export function wait<T>(begin: (settle: Settle<T>) => () => void): Promise<T> {
  const current = store.getStore();
  current?.work.suspended?.();
  const signal = current && (current.shielded ? current.work.fence : current.work.signal);
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      refuse(signal, reject);
      return;
    }
    let giveUp: (() => void) | undefined;
    let over = false;
    const end = () => {
      over = true;
      signal?.removeEventListener("abort", aborted);
      giveUp?.();
    };
    const aborted = () => {
      end();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", aborted);
    try {
      giveUp = begin({
        resolve(value) {
          if (over) return;
          end();
          resolve(value);
        },
        reject(reason) {
          if (over) return;
          end();
          reject(reason);
        },
      });
    } catch (error) {
      end();
      reject(error);
    }
    if (over) giveUp?.();
  });
}

/** What `work` comes to, unless the current work is asked to end before. */
export const unlessEnded = <T>(work: Promise<T>): Promise<T> =>
  wait<T>(({ resolve, reject }) => {
    work.then(resolve, reject);
    return () => {};
  });
