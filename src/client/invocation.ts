import { attend } from "./attend.ts";
import { end } from "./end.ts";
import { CancelledError, InvocationError, type LogLine, UnreachableError } from "./errors.ts";
import { type Lease, underLease } from "./lease.ts";
import { once } from "./once.ts";
import { type Reach, thingPath } from "./reach.ts";
import { endedOf, hasEnded, toldInvocation } from "./told.ts";
import type { InvocationStatus, ToldInvocation } from "./wire/invocation.ts";

/** How far an invocation is. */
export interface Progress {
  readonly status: InvocationStatus;
  /** 0 to 100; null when its handler reports none. */
  readonly progress: number | null;
  /** How many are before it; null once it runs. */
  readonly queuePosition: number | null;
  /** What it waits for, in words, or null; `operator`: somebody has to answer its prompt. */
  readonly waitingFor: string | null;
}

/** How an action is asked for, and who is told of it meanwhile. */
export interface InvokeOptions {
  /** Aborting it cancels the invocation at the gateway; the promise settles once it has ended there. */
  readonly signal?: AbortSignal | undefined;
  /** Told whenever that has changed, at the most ten times a second. What it throws rejects the promise; the work goes on. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Told of each line of its log. */
  readonly onLog?: ((line: LogLine) => void) | undefined;
  /** `Idempotency-Key`: what was asked for under it is told, and not done again. A new one unless given. */
  readonly key?: string | undefined;
  /** Under which lease, or number of one. */
  readonly lease?: Lease | number | undefined;
  /** What has not started by then, by the gateway's clock, never does; RFC 3339 with its zone, or a `Date`. */
  readonly startBy?: Date | string | undefined;
}

/** What is to be begun, or the id of what is under way. */
type Which = { readonly thing: string; readonly action: string; readonly input: unknown } | { readonly id: string };

/** What the gateway has taken; `told` as it was then. */
interface Begun {
  readonly id: string;
  readonly told?: ToldInvocation;
}

/**
 * An action that was asked for: a promise of its output. It rejects with `InvocationError` when the action fails, with
 * `CancelledError` when it is cancelled, with `RefusedError` when it may not be begun, and with `UnreachableError` when
 * the gateway stays away.
 */
export interface Invocation<Output = unknown> extends Promise<Output> {
  /** Resolves with its id when the gateway has taken it. */
  readonly accepted: Promise<string>;
  /** Undefined until the gateway has taken it. */
  readonly id: string | undefined;
  /** As it was told last: with `onProgress` at each change, else when it was taken and when it has ended. */
  readonly status: InvocationStatus | "requested";
  /** As it was told last: 0 to 100, or null. */
  readonly progress: number | null;
  /**
   * Ask it to end. Resolves when it has, in whichever way: await the invocation to know. Throws `RefusedError` when it may
   * not be cancelled by this client, and `UnreachableError` when the gateway stays away.
   */
  cancel(): Promise<void>;
}

/** Ask for an action, or look at what was asked for. */
export function invocation<Output>(reach: Reach, which: Which, options: InvokeOptions = {}): Invocation<Output> {
  const work = new Work<Output>(reach, which, options);
  return Object.defineProperties(work.output, {
    accepted: { value: work.accepted },
    id: { get: () => work.told?.id },
    status: { get: () => work.told?.status ?? "requested" },
    progress: { get: () => work.told?.progress ?? null },
    cancel: { value: () => work.cancel() },
  }) as Invocation<Output>;
}

class Work<Output> {
  readonly accepted: Promise<string>;
  readonly output: Promise<Output>;
  readonly #reach: Reach;
  readonly #options: InvokeOptions;
  readonly #begun: Promise<Begun>;
  /** It is to end, or not to begin at all. */
  readonly #unwanted = new AbortController();
  /** As the gateway has told it last. */
  told: ToldInvocation | undefined;
  /** What `onProgress` was told last. */
  #shown = "";

  constructor(reach: Reach, which: Which, options: InvokeOptions = {}) {
    this.#reach = reach;
    this.#options = options;
    this.#begun = "id" in which ? Promise.resolve(which) : this.#begin(which);
    this.accepted = this.#begun.then(({ id }) => id);
    // Whoever waits for the output is told.
    this.accepted.catch(() => {});
    this.output = this.#follow();
  }

  async cancel(): Promise<void> {
    // Whoever cancels it is told by this.
    this.output.catch(() => {});
    this.#unwanted.abort();
    await this.#end();
    await this.output.catch((error: unknown) => {
      if (error instanceof UnreachableError) throw error;
    });
  }

  async #begin({ thing, action, input }: Exclude<Which, { readonly id: string }>): Promise<Begun> {
    const { signal, key, lease, startBy } = this.#options;
    signal?.throwIfAborted();
    const path = thingPath(this.#reach, thing, action);
    const headers = { ...underLease(lease), ...startingBy(startBy), prefer: "respond-async" };
    const unwanted = this.#unwanted.signal;
    const answer = await once(this.#reach.connection, {
      method: "POST",
      path,
      body: input,
      headers,
      key,
      unwanted,
    }).catch((error: unknown) => {
      if (error !== unwanted.reason) throw error;
      throw new CancelledError("client", { id: null, thing, action, outcome: null, log: [] }, signal?.reason);
    });
    this.told = toldInvocation(answer.body);
    return { id: this.told.id, told: this.told };
  }

  /** Its output, once it has ended. */
  async #follow(): Promise<Output> {
    const { signal, onProgress, onLog } = this.#options;
    let give = (_: unknown) => {};
    const givenUp = new Promise<never>((_, reject) => {
      give = reject;
    });
    // Nobody waits for it yet, or any more.
    givenUp.catch(() => {});
    const unwanted = () => {
      this.#unwanted.abort();
      this.#end().catch(give);
    };
    signal?.addEventListener("abort", unwanted);
    if (signal?.aborted) unwanted();
    try {
      const { id, told } = await this.#begun;
      const changed = (next: ToldInvocation, lines: readonly LogLine[]) => this.#changed(next, lines);
      const attending = attend(this.#reach, id, { first: told, watches: !!(onProgress || onLog), changed });
      const ended = await Promise.race([attending, givenUp]);
      return outcome<Output>(ended.told, ended.log, signal);
    } finally {
      signal?.removeEventListener("abort", unwanted);
    }
  }

  async #end(): Promise<void> {
    const begun = await this.#begun.catch(() => undefined);
    const isOver = () => this.told !== undefined && hasEnded(this.told);
    if (begun) await end(this.#reach, begun.id, isOver);
  }

  #changed(told: ToldInvocation, lines: readonly LogLine[]): void {
    const { onProgress, onLog } = this.#options;
    const before = this.#shown;
    const { status, progress, queuePosition, waitingFor } = told;
    const now = JSON.stringify([status, progress, queuePosition, waitingFor]);
    this.told = told;
    this.#shown = now;
    for (const line of lines) onLog?.(line);
    if (now !== before) onProgress?.({ status, progress, queuePosition, waitingFor });
  }
}

const startingBy = (time: Date | string | undefined): Readonly<Record<string, string>> =>
  time === undefined ? {} : { "start-by": typeof time === "string" ? time : time.toISOString() };

function outcome<Output>(told: ToldInvocation, log: readonly LogLine[], signal: AbortSignal | undefined): Output {
  if (told.status === "completed") return told.output as Output;
  const ended = endedOf(told, log);
  if (told.status === "cancelled") throw new CancelledError(told.reason, ended, signal?.reason);
  throw new InvocationError(told.error, ended);
}
