import type { CancelReason } from "../errors.ts";
import type { Deliveries, DeliveryTotal } from "../invocation/ledger.ts";
import type { LogEntry } from "../invocation/log.ts";
import type { InvocationRecord, LogRecord, Position, Provenance, StepRecord } from "../invocation/record.ts";
import type { InvocationStatus } from "../invocation/state.ts";
import type { Excerpt } from "../transcript.ts";
import { parsed } from "./parsed.ts";
import { readError } from "./stored-error.ts";

/** A row of the table `invocations`. */
export interface InvocationRow {
  readonly seq: number;
  readonly id: string;
  readonly thing: string;
  readonly action: string;
  readonly requested_by: string;
  readonly status: InvocationStatus;
  readonly requested_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly waited_ms: number | null;
  readonly ran_ms: number | null;
  readonly clock_trusted: number;
  readonly retention_ms: number;
  readonly listed_until: number | null;
  readonly progress: number | null;
  readonly reason: CancelReason | null;
  readonly forced: number;
  readonly unsure: number;
  readonly outcome: "unknown" | null;
  readonly error: string | null;
  /** JSON: numbers of rows of `provenance`. */
  readonly provenance: string | null;
  readonly log_dropped: number;
  readonly bytes: number;
  readonly restart_within_ms: number | null;
  readonly leased: number;
  readonly requested_from: string | null;
}

/** The parts of an invocation that are rows of their own, as JSON. */
export type StoredPart = "input" | "output" | "delivery" | "positions" | "excerpts" | "omitted" | "uptime";

/** Reads what stands in other tables, when somebody asks for it. */
export interface PartReader {
  part(seq: number, part: StoredPart): string | undefined;
  steps(seq: number): readonly string[];
  log(seq: number, since: number): readonly LogEntry[];
  provenance(id: number): string | undefined;
}

/** An invocation of which nothing is left but its record. */
export class StoredInvocation implements InvocationRecord {
  readonly #row: InvocationRow;
  readonly #reader: PartReader;
  readonly queuePosition = null;
  readonly waitingFor = null;
  readonly ended = Promise.resolve();

  constructor(row: InvocationRow, reader: PartReader) {
    this.#row = row;
    this.#reader = reader;
  }

  get id(): string {
    return this.#row.id;
  }
  get seq(): number {
    return this.#row.seq;
  }
  get thing(): string {
    return this.#row.thing;
  }
  get action(): string {
    return this.#row.action;
  }
  get requestedBy(): string {
    return this.#row.requested_by;
  }
  get requestedFrom(): string | undefined {
    return this.#row.requested_from ?? undefined;
  }
  get retentionMs(): number {
    return this.#row.retention_ms;
  }
  get requestedAt(): number {
    return this.#row.requested_at;
  }
  get startedAt(): number | undefined {
    return this.#row.started_at ?? undefined;
  }
  get endedAt(): number | undefined {
    return this.#row.ended_at ?? undefined;
  }
  get clockTrusted(): boolean {
    return this.#row.clock_trusted === 1;
  }
  get waitedMs(): number | undefined {
    return this.#row.waited_ms ?? undefined;
  }
  get ranMs(): number | undefined {
    return this.#row.ran_ms ?? undefined;
  }
  get status(): InvocationStatus {
    return this.#row.status;
  }
  get reason(): CancelReason | undefined {
    return this.#row.reason ?? undefined;
  }
  get forced(): boolean {
    return this.#row.forced === 1;
  }
  get outcome(): "unknown" | undefined {
    return this.#row.outcome ?? undefined;
  }
  /** What the device's own counter cannot settle. */
  get unsure(): boolean {
    return this.#row.unsure === 1;
  }
  get progress(): number | null {
    return this.#row.progress;
  }
  get error(): Error | undefined {
    return this.#row.error === null ? undefined : readError(this.#row.error, this.reason);
  }
  get input(): unknown {
    return this.#part("input") ?? null;
  }
  get output(): unknown {
    return this.#part("output");
  }
  get omitted(): readonly ("input" | "output")[] {
    const told = this.#part<readonly ("input" | "output")[]>("omitted") ?? [];
    const lost = (["input", "output"] as const).filter((part) => {
      const text = this.#reader.part(this.seq, part);
      return text !== undefined && parsed(text) === undefined;
    });
    return [...new Set([...told, ...lost])];
  }
  get delivery(): readonly DeliveryTotal[] {
    return this.#part<Deliveries>("delivery")?.totals ?? [];
  }
  get lastCalls(): readonly DeliveryTotal[] {
    return this.#part<Deliveries>("delivery")?.lastCalls ?? [];
  }
  get steps(): readonly StepRecord[] {
    return this.#reader.steps(this.seq).flatMap((text) => {
      const step = parsed<StepRecord>(text);
      return step ? [{ ...step, startedAt: step.startedAt, endedAt: step.endedAt, error: step.error }] : [];
    });
  }
  get positions(): readonly Position[] {
    return this.#part<readonly Position[]>("positions") ?? [];
  }
  get excerpts(): readonly Excerpt[] {
    return (this.#part<readonly StoredExcerpt[]>("excerpts") ?? []).map(({ thing, entries }) => ({
      thing,
      entries: entries.map(({ bytes, ...entry }) => ({ ...entry, bytes: Buffer.from(bytes, "base64") })),
    }));
  }
  get provenance(): readonly Provenance[] {
    const ids = parsed<readonly number[]>(this.#row.provenance ?? "[]") ?? [];
    return ids.flatMap((id) => {
      const text = this.#reader.provenance(id);
      return (text !== undefined && parsed<Provenance>(text)) || [];
    });
  }
  get log(): LogRecord {
    const { seq, log_dropped } = this.#row;
    return { dropped: log_dropped, entries: (since = 0) => this.#reader.log(seq, since) };
  }

  #part<T>(part: StoredPart): T | undefined {
    const text = this.#reader.part(this.seq, part);
    return text === undefined ? undefined : parsed<T>(text);
  }
}

type StoredExcerpt = Omit<Excerpt, "entries"> & {
  readonly entries: readonly (Omit<Excerpt["entries"][number], "bytes"> & { readonly bytes: string })[];
};

export const writtenExcerpts = (excerpts: readonly Excerpt[]): string =>
  JSON.stringify(
    excerpts.map(({ thing, entries }) => ({
      thing,
      entries: entries.map(({ bytes, ...entry }) => ({ ...entry, bytes: Buffer.from(bytes).toString("base64") })),
    })),
  );
