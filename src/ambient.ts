import type { BlobOptions, BlobSource, BlobValue } from "./blob.ts";
import type { CalibrationResult } from "./calibration.ts";
import { realClock } from "./clock.ts";
import {
  ambient,
  assertUnfenced,
  currentSignal,
  type Delivery,
  type InvocationView,
  type LogLevel,
  type Progress,
  runNarrowed,
  wait,
} from "./context.ts";
import { DefinitionError } from "./errors.ts";
import type { Question } from "./question.ts";
import type { Static, TSchema } from "./typebox.ts";

/**
 * Wait `ms` milliseconds of bench time. Rejects as soon as the current invocation is cancelled; outside one it is a
 * plain wait.
 *
 * @example await sleep(200);
 */
export function sleep(ms: number): Promise<void> {
  const clock = ambient()?.work.clock ?? realClock;
  return wait<void>(({ resolve }) => {
    const timer = clock.after(ms, () => resolve());
    return () => timer.cancel();
  });
}

/**
 * Bench time in milliseconds: for how long something takes. It only goes forward, and on a simulated bench it is
 * simulated too; it tells nothing of the time of day.
 *
 * @example const started = now();
 */
export function now(): number {
  return (ambient()?.work.clock ?? realClock).now();
}

/** Throw if the current invocation has been cancelled: for long loops that never wait. */
export function throwIfCancelled(): void {
  currentSignal()?.throwIfAborted();
}

/**
 * Do clean-up, such as parking an actuator, that a cancel does not interrupt. It stays work of the invocation: when the
 * grace is over, the fence ends it.
 *
 * @example finally { await shield(() => command("STP")); }
 */
export function shield<T>(work: () => Promise<T>): Promise<T> {
  return runNarrowed({ shielded: true }, work);
}

function write(level: LogLevel, message: string): void {
  ambient()?.work.log(level, message);
}

/**
 * Write a line to the log of the current invocation (below a read or `open`: to the gateway's log).
 *
 * @example log("primed"); log.warning("the pan moves");
 */
export const log = Object.assign((message: string) => write("info", message), {
  /** For whoever writes the driver. */
  debug: (message: string) => write("debug", message),
  /** The same as `log(message)`. */
  info: (message: string) => write("info", message),
  /** Something is not as it should be, and the work goes on. */
  warning: (message: string) => write("warning", message),
  /** Something has gone wrong. */
  error: (message: string) => write("error", message),
});

/**
 * Report how far the action has come.
 *
 * @example report({ done: delivered, of: mass });
 */
export function report(progress: Progress): void {
  assertUnfenced();
  ambient()?.work.invocation?.report(progress);
}

/**
 * Keep the delivery ledger: what this call was asked to deliver, and what has certainly, or only perhaps, been delivered
 * so far. It survives cancel and failure, so that nobody has to guess what is in the beaker.
 *
 * @example deliver({ unit: "mL", requested: 5, confirmed: 2.3 });
 */
export function deliver(delivery: Delivery): void {
  assertUnfenced();
  ambient()?.work.invocation?.deliver(delivery);
}

/**
 * Keep bytes, to be returned by an action whose output is a `Blob`, and fetched by whoever is told of it. It belongs to the
 * invocation, and goes with it; one that the output does not tell of is gone at its end.
 *
 * @example return blob(await grab(), { mediaType: "image/jpeg" });
 */
export async function blob(source: BlobSource, options: BlobOptions): Promise<BlobValue> {
  const invocation = ambient()?.work.invocation;
  if (!invocation) throw new DefinitionError("blob() works below an action only: nothing else could tell of it");
  return invocation.blob(source, options);
}

/**
 * Ask whoever stands at the bench, and wait for the answer. The invocation stays running meanwhile and says that it waits
 * for the operator; its outputs are at their idle values.
 *
 * @example await ask({ message: "Put the beaker on the pan" });
 */
export function ask(question: Question & { readonly schema?: undefined }): Promise<null>;
export function ask<S extends TSchema>(question: Question<S>): Promise<Static<S>>;
export async function ask(question: Question): Promise<unknown> {
  const invocation = ambient()?.work.invocation;
  if (!invocation) throw new DefinitionError("ask() works below an action only: nothing else can wait for people");
  return invocation.ask(question);
}

/**
 * Keep what has come of calibrating this Thing: from now on each result says that it was found with this. Call it as soon
 * as the device, or the driver, works by it, and tell all the points that it rests on, also those of before. Rejects when
 * it could not be written to the disk; it counts all the same.
 *
 * @example await calibrate({ points: [{ name: "mid", reference: { value: 7, unit: "[pH]" } }], fit: {} });
 */
export async function calibrate(result: CalibrationResult): Promise<void> {
  assertUnfenced();
  const invocation = ambient()?.work.invocation;
  if (!invocation) throw new DefinitionError("calibrate() works below an action only: nothing else has a name for it");
  await invocation.calibrate(result);
}

/** The invocation this code runs in, if any. */
export function currentInvocation(): InvocationView | undefined {
  const invocation = ambient()?.work.invocation;
  return invocation && { id: invocation.id, thing: invocation.thing, action: invocation.action };
}

/**
 * Go on although a client has cancelled: the waits work again and the grace stops running. Only a client's cancel can be
 * acknowledged away, never a stop, a deadline or a shutdown, nor that of a run of which this is a step; then, and where
 * nothing was cancelled, it returns false.
 */
export function acknowledgeCancel(): boolean {
  return ambient()?.work.invocation?.acknowledgeCancel() ?? false;
}

/**
 * Do something beside the handler, as part of its invocation: the invocation ends only when this has ended too, a cancel
 * reaches both, and a failure here fails the action.
 */
export function background(work: () => Promise<void>): void {
  const invocation = ambient()?.work.invocation;
  if (!invocation) throw new DefinitionError("background() works below an action only; in open() use spawn()");
  invocation.background(work);
}

/** Start an invocation of its own, which outlives this one, with its own log and its own cancel. */
export function detached(title: string, work: () => Promise<void>): InvocationView {
  const invocation = ambient()?.work.invocation;
  if (!invocation) throw new DefinitionError("detached() works below an action only; in open() use spawn()");
  return invocation.detached(title, work);
}
