import type { Clock } from "../clock.ts";
import {
  BusyError,
  InputError,
  KeyOutcomeError,
  KeyReusedError,
  NotAllowedError,
  NotFoundError,
  StorageError,
} from "../errors.ts";
import type { Invocation } from "../invocation/invocation.ts";
import type { InvocationRecord } from "../invocation/record.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import { type KeptKey, type Key, keyOwner } from "../journal/key-table.ts";

/** Tells a request that is not to be done twice from all others, and its body from other bodies. */
export type RequestKey = Pick<Key, "id" | "body">;

/** The id of a key: whose it is, and what tells it apart from his others. */
export const keyIdOf = (whose: string, rest: string): string => keyOwner(whose) + rest;

/** How a request was answered that has become no invocation. */
export interface Answer {
  readonly status: number;
  /** JSON. */
  readonly value: unknown;
}

interface Options {
  readonly store: {
    key(id: string): KeptKey | undefined;
    /** Resolves when it would be there after a power cut; rejects with `StorageError`. */
    keepKey(key: Key): Promise<void>;
    dropKey(id: string): void;
  };
  readonly invocations: Pick<Scheduler, "find">;
  /** The process clock. */
  readonly clock: Clock;
}

/** What a disk may take to have a key. */
const patienceMs = 10_000;

/**
 * Does once what is asked for under a key, however often it is asked for. A key counts once its request is accepted: one
 * that is refused, when nothing was done, leaves it free for the next try.
 */
export class Keys {
  /** How many requests under keys were done, and how many were answered as before. */
  readonly counts = { new: 0, replayed: 0 };
  readonly #options: Options;
  /** Those whose keys are on their way to the disk, and the urgent ones. */
  readonly #accepting = new Map<string, { readonly body: string; invocation: Invocation; kept: Promise<void> }>();
  readonly #answering = new Map<string, { readonly body: string; readonly answer: Promise<Answer> }>();

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * The invocation that `request` makes, or that it has made before under this key. `request` is given what its
   * invocation must wait for before it starts. Throws `StorageError` when the key cannot be kept: nothing starts then.
   */
  async invocation(
    key: RequestKey,
    request: (startsAfter: (invocation: Invocation) => Promise<void>) => Invocation,
  ): Promise<{ readonly invocation: InvocationRecord; readonly replayed: boolean }> {
    const { store, invocations } = this.#options;
    const accepting = this.#accepting.get(key.id);
    if (accepting) {
      assertSame(key, accepting);
      await accepting.kept;
      this.counts.replayed++;
      return { invocation: accepting.invocation, replayed: true };
    }
    const known = store.key(key.id);
    if (known) {
      assertSame(key, known);
      const invocation = known.invocation === null ? undefined : await invocations.find(known.invocation, "history");
      if (!invocation) throw outcomeError();
      this.counts.replayed++;
      return { invocation, replayed: true };
    }
    let kept: Promise<void> | undefined;
    const invocation = request((one) => {
      kept = this.#accept(key, one);
      return kept;
    });
    // What is urgent runs already, whether or not anybody can write that down.
    if (!kept) void this.#accept(key, invocation).catch(() => {});
    await kept;
    this.counts.new++;
    return { invocation, replayed: false };
  }

  /** How `work` is answered, or was before under this key; what it throws is kept as `told`, if anything was done. */
  async answer(
    key: RequestKey,
    work: () => Promise<Answer>,
    told: (error: unknown) => Answer,
  ): Promise<{ readonly answer: Answer; readonly replayed: boolean }> {
    const answering = this.#answering.get(key.id);
    if (answering) {
      assertSame(key, answering);
      this.counts.replayed++;
      return { answer: await answering.answer, replayed: true };
    }
    const known = this.#options.store.key(key.id);
    if (known) {
      assertSame(key, known);
      if (known.answer === null) throw outcomeError();
      this.counts.replayed++;
      return { answer: JSON.parse(known.answer) as Answer, replayed: true };
    }
    const answer = this.#once(key, work, told).finally(() => this.#answering.delete(key.id));
    this.#answering.set(key.id, { body: key.body, answer });
    this.counts.new++;
    return { answer: await answer, replayed: false };
  }

  #accept(key: RequestKey, invocation: Invocation): Promise<void> {
    const kept = this.#keep({ ...key, seq: invocation.seq }).finally(() => this.#accepting.delete(key.id));
    this.#accepting.set(key.id, { body: key.body, invocation, kept });
    return kept;
  }

  async #once(key: RequestKey, work: () => Promise<Answer>, told: (error: unknown) => Answer): Promise<Answer> {
    await this.#keep(key);
    try {
      const answer = await work();
      await this.#settle(key, answer);
      return answer;
    } catch (error) {
      if (isRefusal(error)) this.#options.store.dropKey(key.id);
      else await this.#settle(key, told(error));
      throw error;
    }
  }

  /** It is done: if that cannot be written now, it is later, and until then nobody is kept waiting. */
  async #settle(key: RequestKey, answer: Answer): Promise<void> {
    await this.#within(this.#options.store.keepKey({ ...key, answer: JSON.stringify(answer) })).catch(() => {});
  }

  /** What cannot be kept is forgotten. */
  async #keep(key: Key): Promise<void> {
    const { store } = this.#options;
    try {
      await this.#within(store.keepKey(key));
    } catch (error) {
      store.dropKey(key.id);
      throw error;
    }
  }

  #within(work: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new StorageError(`the disk has not taken the key for ${patienceMs / 1000} s`));
      const timer = this.#options.clock.after(patienceMs, late);
      work.then(resolve, reject).finally(() => timer.cancel());
    });
  }
}

function assertSame(key: RequestKey, { body }: { readonly body: string }): void {
  if (key.body !== body)
    throw new KeyReusedError("this Idempotency-Key was used with another body: take a new key for a new request");
}

const outcomeError = () =>
  new KeyOutcomeError(
    "a request with this Idempotency-Key was begun and never answered: see what has become of it, then take a new key",
  );

/** Nothing was done, or it is to be done once more. */
const isRefusal = (error: unknown): boolean =>
  [BusyError, InputError, NotFoundError, NotAllowedError, StorageError].some((kind) => error instanceof kind);
