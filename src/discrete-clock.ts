import { AsyncResource } from "node:async_hooks";
import type { Clock, Timer } from "./clock.ts";

/** As a timer of Node's, it runs in the async context of whoever set it, not of whoever lets time pass. */
class Entry extends AsyncResource implements Timer {
  readonly due: number;
  readonly order: number;
  readonly #agenda: Agenda;
  /** Gone once the timer has fired or was cancelled. */
  run: (() => void) | undefined;

  constructor(agenda: Agenda, due: number, order: number, run: () => void) {
    super("bench timer", { requireManualDestroy: true });
    this.due = due;
    this.order = order;
    this.run = run;
    this.#agenda = agenda;
  }

  fire(): void {
    const { run } = this;
    this.run = undefined;
    if (run) this.runInAsyncScope(run);
  }

  cancel(): void {
    this.#agenda.cancel(this);
  }
}

/** Timers in the order they are due; those due together in the order they were set. */
class Agenda {
  #heap: Entry[] = [];
  #dead = 0;

  add(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at], heap[parent])) return;
      swap(heap, at, parent);
      at = parent;
    }
  }

  cancel(entry: Entry): void {
    if (!entry.run) return;
    entry.run = undefined;
    // The dead leave when they reach the head; sweep before they outnumber the living.
    if (++this.#dead > 64 && this.#dead > this.#heap.length / 2) this.#sweep();
  }

  next(): Entry | undefined {
    while (this.#heap[0] && !this.#heap[0].run) {
      this.#pop();
      this.#dead--;
    }
    return this.#heap[0];
  }

  take(): Entry | undefined {
    return this.next() && this.#pop();
  }

  #sweep(): void {
    const living = this.#heap.filter((entry) => entry.run);
    this.#heap = [];
    this.#dead = 0;
    for (const entry of living) this.add(entry);
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || !last) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const least = before(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!before(heap[least], heap[at])) return first;
      swap(heap, at, least);
      at = least;
    }
  }
}

/**
 * Simulated time that passes only from timer to timer, strictly in order, with the event loop drained between them:
 * whatever a timer set going has come to rest before the next one fires.
 */
export class DiscreteClock implements Clock {
  readonly #agenda = new Agenda();
  /** Set by the timer that fired last. */
  protected time = 0;
  #order = 0;

  /** The ms that have passed since it was made. */
  now(): number {
    return this.time;
  }

  /** Calls `run` once, when somebody has let `ms` pass; 0 for what is negative. */
  after(ms: number, run: () => void): Timer {
    const entry = new Entry(this.#agenda, this.time + Math.max(0, ms), this.#order++, run);
    this.#agenda.add(entry);
    return entry;
  }

  /** When the next timer is due, if there is one. */
  nextDue(): number | undefined {
    return this.#agenda.next()?.due;
  }

  /** Fire the next timer, then let what it caused come to rest. */
  async step(): Promise<void> {
    const entry = this.#agenda.take();
    if (!entry) return;
    this.time = entry.due;
    entry.fire();
    await settled();
  }

  /** Let `ms` pass. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settled();
    for (let due = this.nextDue(); due !== undefined && due <= end; due = this.nextDue()) await this.step();
    this.time = end;
  }

  /**
   * Let time pass until `work` has settled. With no timer left only files and sockets can still settle it: after
   * `patienceMs` of real time it throws.
   */
  async until<T>(work: Promise<T>, patienceMs = 10_000): Promise<T> {
    let open = true;
    const close = () => {
      open = false;
    };
    work.then(close, close);
    await settled();
    for (let idleSince = performance.now(); open; ) {
      if (this.nextDue() !== undefined) {
        await this.step();
        idleSince = performance.now();
      } else if (performance.now() - idleSince < patienceMs) await new Promise((resolve) => setTimeout(resolve, 1));
      else throw new Error("time stands still: no timer is left, and the work has not settled");
    }
    return work;
  }
}

/** Promises, ticks and stream events all run before the next immediate. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function before(a: Entry | undefined, b: Entry | undefined): boolean {
  if (!a || !b) return Boolean(a);
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

function swap(heap: Entry[], a: number, b: number): void {
  const entry = heap[a] as Entry;
  heap[a] = heap[b] as Entry;
  heap[b] = entry;
}
