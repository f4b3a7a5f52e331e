import { newAbort } from "../context.ts";

/** How a call learns that it shall end, and that it is cut off. Most end without: a signal is made when asked for. */
export class EndSignals {
  #cancel: AbortController | undefined;
  #fence: AbortController | undefined;
  /** Why it may no longer touch anything; made an error only where somebody tries. */
  #broken: (() => Error) | undefined;

  get cancel(): AbortSignal {
    this.#cancel ??= this.#controller();
    return this.#cancel.signal;
  }
  get fence(): AbortSignal {
    this.#fence ??= this.#controller();
    return this.#fence.signal;
  }
  get fenced(): boolean {
    return this.#broken !== undefined;
  }
  get aborted(): boolean {
    return this.fenced || (this.#cancel?.signal.aborted ?? false);
  }

  abort(reason: Error): void {
    if (this.aborted) return;
    this.#cancel ??= newAbort();
    this.#cancel.abort(reason);
  }

  /** The first reason stands. */
  breakOff(why: () => Error): void {
    this.#broken ??= why;
    if (this.#fence && !this.#fence.signal.aborted) this.#fence.abort(why());
    if (this.#cancel && !this.#cancel.signal.aborted) this.#cancel.abort(why());
  }

  /** What was asked to end goes on; not what was cut off. */
  rearm(): void {
    if (this.aborted && !this.fenced) this.#cancel = undefined;
  }

  assertUnbroken(): void {
    if (this.#broken) throw this.#broken();
  }

  #controller(): AbortController {
    const controller = newAbort();
    if (this.#broken) controller.abort(this.#broken());
    return controller;
  }
}
