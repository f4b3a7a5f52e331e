import type { Invocation } from "../invocation/invocation.ts";
import type { Deliveries } from "../invocation/ledger.ts";
import type { StepRecord } from "../invocation/record.ts";
import { isTerminal } from "../invocation/state.ts";
import type { Database, Statement } from "./database.ts";
import { type Entry, nothing } from "./entry.ts";
import { writtenError } from "./stored-error.ts";
import { type StoredPart, writtenExcerpts } from "./stored-invocation.ts";

/** An input or output that is longer than this, as JSON, is not kept: the record says that it is missing. */
const maxPart = 2 ** 20;
/** What a row takes besides its texts, about. */
const rowBytes = 200;

const columns =
  "seq, id, thing, action, requested_by, status, requested_at, started_at, ended_at, waited_ms, ran_ms, clock_trusted, " +
  "retention_ms, listed_until, progress, reason, forced, unsure, outcome, error, provenance, log_dropped, bytes, " +
  "restart_within_ms, leased, requested_from";
const changing = columns.split(", ").slice(5);

/** Writes invocations into a database; always within a transaction of the caller. */
export class Writer {
  readonly #put: Statement;
  readonly #putPart: Statement;
  readonly #putStep: Statement;
  readonly #dropSteps: Statement;
  readonly #putLog: Statement;
  readonly #dropLog: Statement;
  readonly #putDelivered: Statement;
  readonly #putProvenance: Statement<number>;
  /** By text: most invocations of a Thing share theirs. */
  readonly #provenance = new Map<string, number>();
  /** Most share the very same. */
  #known = new WeakMap<object, number>();

  constructor(database: Database) {
    const places = columns.split(", ").fill("?").join(", ");
    const changes = changing.map((column) => `${column} = excluded.${column}`).join(", ");
    this.#put = database.prepare(
      `INSERT INTO invocations (${columns}) VALUES (${places}) ON CONFLICT (seq) DO UPDATE SET ${changes}`,
    );
    this.#putPart = database.prepare("INSERT OR REPLACE INTO parts (seq, part, body) VALUES (?, ?, ?)");
    this.#putStep = database.prepare("INSERT OR REPLACE INTO steps (seq, n, body) VALUES (?, ?, ?)");
    this.#dropSteps = database.prepare("DELETE FROM steps WHERE seq = ? AND n < ?");
    this.#putLog = database.prepare(
      "INSERT OR REPLACE INTO log (seq, entry, at, level, thing, message, error) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#dropLog = database.prepare("DELETE FROM log WHERE seq = ? AND entry < ?");
    this.#putDelivered = database.prepare("INSERT OR IGNORE INTO delivered (thing, seq) VALUES (?, ?)");
    this.#putProvenance = database
      .prepare<unknown[], number>(
        "INSERT INTO provenance (body) VALUES (?) ON CONFLICT (body) DO UPDATE SET body = body RETURNING id",
      )
      .pluck();
  }

  /** Write what has changed; `written` must be called once it is committed. Returns the bytes that it has grown by. */
  write(entry: Entry): Draft {
    const { invocation, changed } = entry;
    const ended = isTerminal(invocation.status);
    const isNew = entry.status === undefined;
    const { status } = invocation;
    const draft: Draft = { entry, status, nextLog: entry.nextLog, steps: undefined, parts: undefined, bytes: 0 };
    const put = (part: StoredPart, body: string) => {
      this.#putPart.run(invocation.seq, part, body);
      draft.bytes += body.length - (draft.parts?.get(part) ?? entry.parts?.get(part) ?? 0);
      if (!writtenOnce.has(part)) draft.parts = (draft.parts ?? new Map()).set(part, body.length);
    };
    if (isNew) this.#putValue(put, "input", invocation.input, entry);
    if (isNew && invocation.restartWithinMs !== undefined) put("uptime", JSON.stringify(entry.askedAt));
    if (ended && !isTerminal(entry.status ?? "pending")) this.#putEnd(put, entry);
    if (changed.has("delivery")) this.#putDelivery(put, invocation);
    if (changed.has("positions")) put("positions", JSON.stringify(invocation.positions));
    // What a kill takes of them the log has as text.
    if (changed.has("excerpts") && ended) put("excerpts", writtenExcerpts(invocation.excerpts));
    if (changed.has("steps")) this.#putSteps(draft, invocation);
    if (changed.has("log")) this.#putEntries(draft, invocation);
    if (isNew) draft.bytes += rowBytes + invocation.thing.length + invocation.action.length;
    this.#putRow(entry, entry.bytes + draft.bytes);
    return draft;
  }

  #putRow({ invocation, listedUntil }: Entry, bytes: number): void {
    const { seq, id, thing, action, requestedBy, status, requestedAt, startedAt, endedAt, waitedMs, ranMs } =
      invocation;
    const { clockTrusted, retentionMs, progress, reason, forced, unsure, outcome, error, log, provenance } = invocation;
    const { restartWithinMs, leased, requestedFrom } = invocation;
    const used = provenance.length > 0 ? JSON.stringify(provenance.map((one) => this.#idOf(one))) : null;
    this.#put.run([
      ...[seq, id, thing, action, requestedBy, status],
      ...[requestedAt, startedAt, endedAt, waitedMs, ranMs],
      ...[Number(clockTrusted), retentionMs, listedUntil, progress, reason],
      ...[Number(forced), Number(unsure), outcome, error && writtenError(error), used, log.dropped, bytes],
      ...[restartWithinMs, Number(leased), requestedFrom],
    ]);
  }

  #putEnd(put: (part: StoredPart, body: string) => void, entry: Entry): void {
    const { output } = entry.invocation;
    if (output !== undefined) this.#putValue(put, "output", output, entry);
  }

  #putValue(
    put: (part: StoredPart, body: string) => void,
    part: "input" | "output",
    value: unknown,
    entry: Entry,
  ): void {
    if (value === null && part === "input") return;
    const body = textOf(value);
    if (body !== undefined && body.length <= maxPart) put(part, body);
    else {
      entry.omitted = [...new Set([...entry.omitted, part])];
      put("omitted", JSON.stringify(entry.omitted));
    }
  }

  #putDelivery(put: (part: StoredPart, body: string) => void, invocation: Invocation): void {
    const { seq, delivery, lastCalls } = invocation;
    put("delivery", JSON.stringify({ totals: delivery, lastCalls } satisfies Deliveries));
    for (const { thing } of delivery) this.#putDelivered.run(thing, seq);
  }

  #putSteps(draft: Draft, { seq, steps }: Invocation): void {
    const written = draft.entry.steps ?? noSteps;
    const drawn = new Map<number, string>();
    draft.steps = drawn;
    for (const step of steps) {
      const { n, thing, action, requestedAt, status, startedAt, endedAt, progress, error } = step;
      const record: StepRecord = { thing, action, requestedAt, status, startedAt, endedAt, progress, error };
      const body = JSON.stringify(record);
      drawn.set(n, body);
      if (written.get(n) === body) continue;
      this.#putStep.run(seq, n, body);
      draft.bytes += body.length - (written.get(n)?.length ?? 0);
    }
    const [oldest] = steps;
    if (!oldest || oldest.n === 0) return;
    this.#dropSteps.run(seq, oldest.n);
    for (const [n, body] of written) if (n < oldest.n) draft.bytes -= body.length;
  }

  #putEntries(draft: Draft, { seq, log }: Invocation): void {
    for (const entry of log.entries(draft.nextLog)) {
      const { at, level, thing, message, error } = entry;
      this.#putLog.run(seq, entry.seq, at, level, thing, message, error ? JSON.stringify(error) : null);
      draft.nextLog = entry.seq + 1;
      if (log.dropped === 0) draft.bytes += message.length + (error?.stack.length ?? 0) + 50;
    }
    if (log.dropped > 0) this.#dropLog.run(seq, log.dropped);
  }

  #idOf(provenance: object): number {
    const same = this.#known.get(provenance);
    if (same !== undefined) return same;
    const id = this.#idOfText(provenance);
    this.#known.set(provenance, id);
    return id;
  }

  #idOfText(provenance: object): number {
    const body = JSON.stringify(provenance);
    const known = this.#provenance.get(body);
    if (known !== undefined) return known;
    const id = this.#putProvenance.get(body) ?? 0;
    // A rolled back transaction takes its rows with it: only what is looked up again is sure to be there.
    if (this.#provenance.size >= 1000) this.#provenance.clear();
    this.#provenance.set(body, id);
    return id;
  }

  /** The transaction has failed: what it has added is not there. */
  forget(): void {
    this.#provenance.clear();
    this.#known = new WeakMap();
  }
}

/** Undefined for what is no JSON: a bigint, or a value that contains itself. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return undefined;
  }
}

/** What a write has made of an entry, to be taken over once it is committed. */
export interface Draft {
  readonly entry: Entry;
  readonly status: Invocation["status"];
  nextLog: number;
  steps: ReadonlyMap<number, string> | undefined;
  parts: Map<string, number> | undefined;
  bytes: number;
}

const writtenOnce: ReadonlySet<StoredPart> = new Set(["input", "output", "uptime"]);
const noSteps: ReadonlyMap<number, string> = new Map();

/** The transaction of a draft is committed. */
export function taken({ entry, status, nextLog, steps, parts, bytes }: Draft): void {
  entry.status = status;
  entry.nextLog = nextLog;
  entry.bytes += bytes;
  // All that there are, whenever one has changed.
  if (steps && steps.size > 0) entry.steps = steps;
  if (parts) entry.parts = new Map([...(entry.parts ?? []), ...parts]);
  // What is told when it has ended alone stays to be told.
  const later = entry.changed.has("excerpts") && status !== "completed" && status !== "cancelled" && status !== "error";
  entry.changed = nothing;
  if (later) entry.change("excerpts");
}
