import { type Clock, realClock } from "../../clock.ts";
import { NobodyKnowsError, NoGatewayError, RefusalError } from "../gateway-errors.ts";
import { UsageError } from "../usage.ts";
import type { InvocationClient } from "./invocation-client.ts";
import { hasEnded, type WholeInvocation } from "./told-invocation.ts";

/** A gateway that is gone may come back for so long; real milliseconds. */
const patienceMs = 120_000;
const againMs = 1000;
/** What changes all the time is told so often. */
const restMs = 100;

/** Who is told how an invocation goes on. */
export interface Onlooker {
  /** `invocation.log` has the lines that are new. */
  changed(invocation: WholeInvocation): void;
  /** The gateway does not answer; undefined: it does again. */
  lost(why: string | undefined): void;
}

interface Options {
  readonly id: string;
  readonly client: Pick<InvocationClient, "news" | "cancel" | "bench">;
  readonly onlooker: Onlooker;
  readonly clock?: Clock;
}

/**
 * Tell how an invocation goes on, until it has ended. Throws `NobodyKnowsError` when the gateway has gone for good, or knows
 * nothing of it any more.
 */
export async function follow({ id, client, onlooker, clock = realClock }: Options): Promise<WholeInvocation> {
  let tag: string | undefined;
  let since = 0;
  let lostAt: number | undefined;
  for (;;) {
    try {
      const news = await client.news(id, { tag, since });
      if (lostAt !== undefined) onlooker.lost(undefined);
      lostAt = undefined;
      if (!news) continue;
      const { invocation } = news;
      since = (invocation.log.at(-1)?.seq ?? since - 1) + 1;
      tag = news.tag;
      onlooker.changed(invocation);
      if (hasEnded(invocation)) return invocation;
      await pause(clock, restMs);
    } catch (error) {
      // It was there: the gateway was started again, and has no memory.
      if (error instanceof UsageError)
        throw new NobodyKnowsError(
          "the gateway was started again and remembers nothing of it (it has no stateDirectory): look at the device",
          { cause: error },
        );
      if (!isPassing(error)) throw error;
      if (lostAt === undefined) onlooker.lost(error.message);
      lostAt ??= clock.now();
      // What comes next may be another run of the gateway, which knows no tag of this one.
      tag = undefined;
      if (clock.now() - lostAt > patienceMs)
        throw new NobodyKnowsError(
          `the gateway at ${client.bench.gateway.url} is gone, and nobody knows what becomes of it: look at the device`,
          { cause: error },
        );
      await pause(clock, againMs);
    }
  }
}

interface Cancelling {
  readonly id: string;
  readonly client: Pick<InvocationClient, "cancel">;
  readonly onlooker: Pick<Onlooker, "lost">;
  readonly clock?: Clock;
}

const isPassing = (error: unknown): error is Error =>
  error instanceof NoGatewayError ||
  (error instanceof RefusalError && [408, 429, 502, 503, 504].includes(error.status));

/** Asks it to end until the gateway has heard it, or is gone for good. */
export async function cancelled(
  { id, client, onlooker, clock = realClock }: Cancelling,
  over: () => boolean = () => false,
): Promise<void> {
  const began = clock.now();
  for (;;) {
    try {
      return await client.cancel(id);
    } catch (error) {
      if (!isPassing(error) || over() || clock.now() - began > patienceMs) throw error;
      onlooker.lost(error.message);
      await pause(clock, againMs);
    }
  }
}

const pause = (clock: Clock, ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
