import type { Clock } from "./clock.ts";
import { UnreachableError } from "./errors.ts";

/** Returns after `ms`, or when one of `signals` is aborted; at once, when one is already. */
export function pause(clock: Clock, ms: number, ...signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  if (signals.some((signal) => signal?.aborted)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel();
      for (const signal of signals) signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.after(ms, done);
    for (const signal of signals) signal?.addEventListener("abort", done);
  });
}

/**
 * How long to wait after so many failures in a row, ms: longer and longer, half of it by chance, so that not all come back
 * at once.
 */
export function waitAfter(failures: number, firstMs: number, maxMs: number): number {
  const ms = Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 20));
  return ms / 2 + (ms / 2) * Math.random();
}

/** What `work` comes to. Its signal is aborted with `signal`, and with an `UnreachableError` after `ms`. */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const limit = new AbortController();
  const leave = () => limit.abort(signal?.reason);
  signal?.addEventListener("abort", leave);
  const silent = () => limit.abort(new UnreachableError("the gateway has not answered for too long"));
  const timer = clock.after(ms, silent);
  try {
    return await work(limit.signal);
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", leave);
  }
}

/**
 * What `make` generates, until `signal` is aborted or the consumer leaves: also while it waits for the next, where a
 * generator by itself would not hear of it. The signal that `make` is given tells of both.
 */
export function leavable<T>(
  signal: AbortSignal | undefined,
  make: (signal: AbortSignal) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const leaving = new AbortController();
  const stream = linked(signal, leaving, make);
  const end = stream.return.bind(stream);
  return Object.assign(stream, {
    return(value: unknown) {
      leaving.abort();
      return end(value);
    },
  });
}

async function* linked<T>(
  signal: AbortSignal | undefined,
  leaving: AbortController,
  make: (signal: AbortSignal) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  if (signal?.aborted) return;
  const leave = () => leaving.abort();
  signal?.addEventListener("abort", leave);
  try {
    yield* make(leaving.signal);
  } finally {
    signal?.removeEventListener("abort", leave);
  }
}
