import type { Logger } from "pino";
import { bounded } from "../bounded.ts";
import { type Clock, realClock, type Timer } from "../clock.ts";
import { FencedError, InvocationCancelledError } from "../errors.ts";
import type { Shell } from "./shell.ts";

/** What asks the process to end: two signals, or an error that nobody caught. */
export interface StopRequests {
  readonly first: Promise<string>;
  readonly second: Promise<string>;
  readonly fatal: Promise<unknown>;
  /** Ask `whose` of each error that nobody caught, where it was thrown: what it takes upon it ends nothing. */
  blame(whose: (error: unknown) => boolean): void;
  /** Listen no longer. */
  release(): void;
}

/** Ctrl+C below `npm start` arrives twice, once from the terminal and once from npm: nobody presses it that fast. */
const echoMs = 200;

export function listenForStop(shell: Shell, clock: Clock = realClock): StopRequests {
  let last: { readonly signal: string; readonly at: number } | undefined;
  let first = (_: string) => {};
  let second = (_: string) => {};
  let fatal = (_: unknown) => {};
  let whose = (_: unknown) => false;
  const forgetSignals = shell.onSignal((signal) => {
    const at = clock.now();
    if (last?.signal === signal && at - last.at < echoMs) return;
    if (last) second(signal);
    else first(signal);
    last = { signal, at };
  });
  const forgetFatal = shell.onFatal((error) => {
    // A driver has left a wait behind that nobody waits for, and its work was ended: a flaw in the driver, no danger.
    const leftBehind = error instanceof InvocationCancelledError || error instanceof FencedError;
    if (leftBehind) shell.tell(`a wait of ended work was left behind by its driver: ${error.message}`);
    else if (!whose(error)) fatal(error);
  });
  return {
    first: new Promise((resolve) => {
      first = resolve;
    }),
    second: new Promise((resolve) => {
      second = resolve;
    }),
    fatal: new Promise((resolve) => {
      fatal = resolve;
    }),
    blame(judge) {
      whose = judge;
    },
    release() {
      forgetSignals();
      forgetFatal();
    },
  };
}

/**
 * What `starting` comes to. When the process is asked to end, it may take `graceMs` longer; then, or at a second signal,
 * it is given up: undefined after a signal, rejected after an error that nobody caught.
 */
export async function unlessStopped<T>(
  stop: StopRequests,
  starting: Promise<T>,
  { graceMs = 0, clock = realClock }: { readonly graceMs?: number; readonly clock?: Clock } = {},
): Promise<T | undefined> {
  const timers: Timer[] = [];
  const givenUp = new Promise<undefined>((resolve, reject) => {
    void stop.first.then(() => timers.push(clock.after(graceMs, () => resolve(undefined))));
    void stop.fatal.then((error) => timers.push(clock.after(graceMs, () => reject(error))));
    void stop.second.then(() => resolve(undefined));
  });
  try {
    return await Promise.race([starting, givenUp]);
  } finally {
    for (const timer of timers) timer.cancel();
  }
}

/** What runs, and how it is ended. */
export interface Running {
  /** Closing listens no longer, and ends once the requests under way are answered. */
  readonly app: { close(): Promise<void>; readonly server: { closeAllConnections(): void } };
  readonly gateway: {
    /** How long closing may take, milliseconds. */
    readonly endingMs: number;
    /** Takes no new work, ends what runs and leaves the devices safe; a shorter grace may be given meanwhile. */
    close(options?: Closing): Promise<void>;
  };
  readonly log: Pick<Logger, "info" | "warn" | "error" | "fatal">;
}

interface Closing {
  readonly graceMs?: number;
  readonly why?: string;
}

/** How long a request may still take when everything else has ended; milliseconds. */
export const lastAnswersMs = 1000;

/** Wait until the process is asked to end, then leave everything safe. Resolves with the exit status. */
export async function untilStopped(
  stop: StopRequests,
  { app, gateway, log }: Running,
  clock: Clock = realClock,
): Promise<0 | 1> {
  let status: 0 | 1 = 0;
  const failed = stop.fatal.then((error): Closing => {
    status = 1;
    log.fatal({ err: error }, "a fault in benchd itself: everything is stopped, and left safe");
    return { graceMs: 0, why: `a fault in benchd itself: ${error}` };
  });
  const signalled = stop.first.then((signal): Closing => {
    log.info({ signal }, "ending: what runs is cancelled and left safe; a second signal cuts its grace short");
    return { why: signal };
  });
  const asked = await Promise.race([failed, signalled]);

  const cutShort = stop.second.then((signal): Closing => {
    log.warn({ signal }, "ending at once");
    return { graceMs: 0 };
  });
  const hurried = Promise.race([cutShort, failed]).then((closing) => gateway.close(closing));
  try {
    await bounded(clock, gateway.endingMs, Promise.race([gateway.close(asked), hurried]));
  } catch (error) {
    status = 1;
    log.error({ err: error }, "it does not come to rest, and is given up: `benchd safe` brings its outputs to safety");
  }
  // It has listened until here: while something still runs, it must be possible to cancel it and to stop everything.
  const answered = app.close();
  const timer = clock.after(lastAnswersMs, () => app.server.closeAllConnections());
  await answered;
  timer.cancel();
  log.info("ended");
  return status;
}
