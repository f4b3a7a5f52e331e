import { type LogLine, RefusedError, UnreachableError } from "./errors.ts";
import type { Reach } from "./reach.ts";
import { hasEnded, lineOf, toldInvocation } from "./told.ts";
import { pause, waitAfter, within } from "./waiting.ts";
import type { ToldInvocation } from "./wire/invocation.ts";

interface Attending {
  /** As it was told when it was begun. */
  readonly first?: ToldInvocation | undefined;
  /** Each change is asked for, not the end alone. */
  readonly watches: boolean;
  /** Told how it is, with the lines that its log has got. */
  changed(told: ToldInvocation, lines: readonly LogLine[]): void;
}

/** How long a gateway keeps a request, and how long an answer may take beyond that. */
const waitSeconds = 30;
const attemptMs = 1000 * waitSeconds + 15_000;
/** It is not asked more often, whatever changes, or however little it lets wait. */
const betweenChangesMs = 100;
const betweenMs = 1000;
/** As many as a gateway keeps of an invocation. */
const maxLines = 1000;

interface Attended {
  readonly told: ToldInvocation;
  readonly log: readonly LogLine[];
}

/**
 * Follow an invocation to its end. A gateway that is lost meanwhile is asked again. Throws `UnreachableError` when it stays
 * away, and `RefusedError` when it tells this client nothing any more.
 */
export async function attend(reach: Reach, id: string, { first, watches, changed }: Attending): Promise<Attended> {
  const { bridgeMs } = reach;
  const { clock } = reach.connection;
  const log: LogLine[] = [];
  let etag: string | undefined;
  let failures = 0;
  let lostAt = 0;
  const take = (told: ToldInvocation): boolean => {
    const since = nextOf(log);
    const lines = told.log.map(lineOf).filter(({ seq }) => seq >= since);
    log.push(...lines);
    log.splice(0, log.length - maxLines);
    changed(told, lines);
    return hasEnded(told);
  };
  if (first && take(first)) return { told: first, log };
  for (;;) {
    const begun = clock.now();
    try {
      const answer = await within(clock, attemptMs, undefined, (signal) =>
        ask(reach, id, { since: nextOf(log), etag, signal, watches }),
      );
      failures = 0;
      if (answer.body !== undefined) {
        etag = answer.etag;
        const told = toldInvocation(answer.body);
        if (take(told)) return { told, log };
      }
      const shortest = watches ? betweenChangesMs : betweenMs;
      const left = shortest - (clock.now() - begun);
      if (left > 0) await pause(clock, left);
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (failures++ === 0) lostAt = clock.now();
      if (clock.now() - lostAt >= bridgeMs)
        throw new UnreachableError(
          `nobody knows what becomes of the invocation ${id}: the gateway was away for too long`,
          { cause: error },
        );
      await pause(clock, waitAfter(failures, 500, 5000));
    }
  }
}

const nextOf = (log: readonly LogLine[]) => (log.at(-1)?.seq ?? -1) + 1;

interface Asked {
  readonly since: number;
  readonly etag: string | undefined;
  readonly signal: AbortSignal;
  readonly watches: boolean;
}

/** Body undefined: it is as it was. */
async function ask({ connection, prefix }: Reach, id: string, { since, etag, signal, watches }: Asked) {
  const path = `${prefix}/action_invocations/${encodeURIComponent(id)}`;
  const wait = watches && etag === undefined ? undefined : waitSeconds;
  const headers = watches && etag !== undefined ? { "if-none-match": etag } : {};
  try {
    const answer = await connection.request("GET", path, { query: { wait, log_since: since }, headers, signal });
    const tag = answer.headers.get("etag") ?? undefined;
    return { etag: tag, body: answer.status === 304 ? undefined : answer.body };
  } catch (error) {
    // It has ended some time ago, and is listed no more: the history may have it.
    if (!(error instanceof RefusedError) || error.status !== 404) throw error;
    const kept = await connection.get(`/gateway/history/${encodeURIComponent(id)}`, { signal }).catch((other) => {
      throw other instanceof RefusedError ? error : other;
    });
    return { etag: undefined, body: kept };
  }
}

export const isPassing = (error: unknown) =>
  error instanceof UnreachableError ||
  (error instanceof RefusedError && (error.status >= 500 || error.status === 429 || error.status === 408));
