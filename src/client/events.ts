import type { Timer } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { BenchError, RefusedError, UnreachableError } from "./errors.ts";
import { type Message, messages } from "./server-sent.ts";
import { leavable, pause, waitAfter } from "./waiting.ts";
import type { BenchEvent, EventKind } from "./wire/event.ts";

export type { BenchEvent, EventKind, GapEvent } from "./wire/event.ts";

/** `connecting`: it is being asked for; `open`: events come; `lost`: it has broken off, and is asked for again. */
export type StreamState = "connecting" | "open" | "lost";

/** What is known of a stream that was lost; empty in the other states. */
export interface StreamDetail {
  /** Of `lost`: why, in words. */
  readonly why?: string;
  /** Of `lost`: when it is asked for again, ms. */
  readonly retryInMs?: number;
}

/** What is followed, from where on, and who is told how the stream is. */
export interface FollowOptions {
  /** What has to do with one of these; with everything unless told. */
  readonly things?: readonly string[] | undefined;
  /** These kinds, and gaps; all unless told. With `things` and `property` what no driver tells of is read and told, too. */
  readonly kinds?: readonly EventKind[] | undefined;
  /** Where to resume: what `onId` was told last. */
  readonly lastEventId?: string | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Told whenever the stream begins to be asked for, is open, or is lost. */
  onState?(state: StreamState, detail: StreamDetail): void;
  /** Told of each place to resume from, before the event that it stands at is handed out. */
  onId?(id: string): void;
}

/** A comment comes every 20 s at least: whoever has been silent for so long is gone. */
const silenceMs = 45_000;
/** The first wait, until the gateway says another, which is no shorter than the least, and the longest. */
const firstWaitMs = 1000;
const leastWaitMs = 250;
const maxWaitMs = 15_000;
/** A stream that has lasted for so long was a good one. */
const goodMs = 10_000;

/**
 * What happens, as it happens, until `signal` is aborted or the consumer leaves. What breaks off is asked for again, with longer and longer
 * waits, and goes on where it was; what cannot be told any more comes as a `gap`. Throws `RefusedError` when the gateway
 * does not tell such a client, or knows no such Thing.
 */
export function follow(connection: Connection, options: FollowOptions = {}): AsyncGenerator<BenchEvent> {
  return leavable(options.signal, (signal) => asLongAs(connection, options, signal));
}

async function* asLongAs(
  connection: Connection,
  options: FollowOptions,
  signal: AbortSignal,
): AsyncGenerator<BenchEvent> {
  const { clock } = connection;
  const { onState = () => {} } = options;
  let id = options.lastEventId;
  let waitMs = firstWaitMs;
  let failures = 0;
  while (!signal.aborted) {
    const stream = new AbortController();
    const leave = () => stream.abort(signal.reason);
    signal.addEventListener("abort", leave);
    const watch = new Watch(connection, () => stream.abort(new UnreachableError("nothing has come for too long")));
    const begun = clock.now();
    let lost: unknown = new UnreachableError("the gateway has ended the stream");
    try {
      onState("connecting", {});
      watch.start();
      const body = await open(connection, options, id, stream.signal);
      onState("open", {});
      for await (const message of messages(body, () => watch.start())) {
        if (message.id !== undefined && message.id !== id) {
          id = message.id;
          options.onId?.(id);
        }
        waitMs = Math.min(Math.max(message.retry ?? waitMs, leastWaitMs), maxWaitMs);
        const event = eventIn(message);
        if (!event) continue;
        // However long the consumer takes for it.
        watch.stop();
        yield event;
        watch.start();
      }
    } catch (error) {
      lost = stream.signal.aborted ? stream.signal.reason : error;
      if (signal.aborted) return;
      if (!isPassing(lost)) throw lost;
    } finally {
      watch.stop();
      signal.removeEventListener("abort", leave);
      // Also when the consumer has left.
      stream.abort();
    }
    if (signal.aborted) return;
    failures = clock.now() - begun >= goodMs ? 0 : failures + 1;
    const retryInMs = Math.max(waitAfter(failures, waitMs, maxWaitMs), asked(lost));
    onState("lost", { why: lost instanceof Error ? lost.message : String(lost), retryInMs });
    await pause(clock, retryInMs, signal);
  }
}

async function open(
  connection: Connection,
  { things, kinds }: FollowOptions,
  id: string | undefined,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const response = await connection.open("/events", {
    query: { thing: things, kind: kinds },
    headers: { accept: "text/event-stream", ...(id !== undefined && { "last-event-id": id }) },
    signal,
  });
  const type = response.headers.get("content-type") ?? "";
  if (response.body && /^text\/event-stream\b/.test(type)) return response.body;
  await response.body?.cancel();
  throw new UnreachableError(`what answers at ${connection.url} sends no events`);
}

/** Undefined for what is no event. */
function eventIn({ event, data }: Message): BenchEvent | undefined {
  if (event === "") return undefined;
  const told = parsed(data);
  return typeof told === "object" && told !== null ? ({ ...told, kind: event } as BenchEvent) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What may be otherwise the next time. */
function isPassing(error: unknown): boolean {
  if (error instanceof RefusedError) return error.status >= 500 || [408, 409, 425, 429].includes(error.status);
  // Reading what has broken off throws as the platform likes; mistakes in what we were given are ours.
  return error instanceof UnreachableError || !(error instanceof BenchError);
}

const asked = (lost: unknown) => (lost instanceof RefusedError ? Math.min(lost.retryAfterMs ?? 0, 60_000) : 0);

/** Tells when nothing has come for too long. */
class Watch {
  readonly #clock: Connection["clock"];
  readonly #silent: () => void;
  #timer: Timer | undefined;

  constructor({ clock }: Connection, silent: () => void) {
    this.#clock = clock;
    this.#silent = silent;
  }

  /** From now on. */
  start(): void {
    this.stop();
    this.#timer = this.#clock.after(silenceMs, this.#silent);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
