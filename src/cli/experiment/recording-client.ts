import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { StorageError } from "../../errors.ts";
import type { BenchClient } from "../bench/bench-client.ts";
import { repeated } from "../bench/repeated.ts";
import type { Shell } from "../shell.ts";
import { UsageError } from "../usage.ts";
import { pick } from "./pick.ts";

/** What is looked at of a recording. */
export interface ToldRecording {
  readonly id: string;
  readonly name: string;
  /** `recording`, or how it has ended. */
  readonly state: string;
  readonly properties: readonly string[];
  readonly everyMs: number | null;
  readonly forMs: number | null;
  readonly timeStarted: string;
  readonly reason: string | null;
  readonly rows: number | null;
  readonly gaps: number | null;
  readonly problem: string | null;
}

export interface RecordingWish {
  readonly name: string;
  readonly properties: readonly string[];
  readonly everyMs?: number;
  readonly onChange?: true;
  readonly forMs?: number;
}

/** As many as are listed, and found by their names. */
const latest = "200";

/** A gateway, asked about recordings. */
export class RecordingClient {
  readonly #bench: BenchClient;
  readonly #shell: Pick<Shell, "tell">;

  constructor(bench: BenchClient, shell: Pick<Shell, "tell">) {
    this.#bench = bench;
    this.#shell = shell;
  }

  begin(wish: RecordingWish): Promise<ToldRecording> {
    return this.#once("/gateway/recordings", "whether it was begun", wish);
  }

  /** The newest first. */
  list(): Promise<readonly ToldRecording[]> {
    return this.#bench.ask("/gateway/recordings", { method: "GET", query: { limit: latest } });
  }

  get(id: string): Promise<ToldRecording> {
    return this.#bench.ask(pathOf(id), { method: "GET" });
  }

  /** The one that is meant. Throws `UsageError`. */
  async find(wanted: string): Promise<ToldRecording> {
    return pick(await this.list(), wanted, "recording");
  }

  stop(id: string): Promise<ToldRecording> {
    return this.#once(`${pathOf(id)}/stop`, "whether it was stopped");
  }

  remove(id: string): Promise<ToldRecording> {
    return this.#bench.ask(pathOf(id), { method: "DELETE" });
  }

  /** All of it so far into a new file, or to `-`, what the shell prints to. Half a file is never left under its name. */
  async save(id: string, file: string, { stdout }: Pick<Shell, "stdout">, signal: AbortSignal): Promise<void> {
    const answer = await this.#bench.open(`${pathOf(id)}/csv`, { signal });
    const pieces = answer.body ?? new ReadableStream<Uint8Array>();
    if (file === "-") {
      const text = new TextDecoder();
      for await (const piece of pieces) if (!stdout.gone) stdout.write(text.decode(piece, { stream: true }));
      return;
    }
    await intoFile(pieces, file);
  }

  #once(path: string, what: string, body?: unknown): Promise<ToldRecording> {
    const headers = { "idempotency-key": `"${randomUUID()}"` };
    const asked = { method: "POST", headers, ...(body !== undefined && { body }) } as const;
    return repeated(() => this.#bench.ask<ToldRecording>(path, asked, [200, 201]), this.#shell, {
      what,
      bench: this.#bench,
    });
  }
}

const pathOf = (id: string) => `/gateway/recordings/${encodeURIComponent(id)}`;

async function intoFile(pieces: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  // Its place is taken from the first: nobody else's file is ever written over.
  const place = await open(file, "wx").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "EEXIST") throw new UsageError(`${file} is there already: name another with --out`, { cause });
    throw new StorageError(`${file} cannot be written (${cause.code})`, { cause });
  });
  await place.close();
  const draft = `${file}.part`;
  try {
    const handle = await open(draft, "w");
    try {
      for await (const piece of pieces) await handle.writeFile(piece);
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    await rm(file, { force: true });
    const why = cause instanceof Error ? cause.message : cause;
    throw new StorageError(`the recording could not be saved as ${file} (${why}): the gateway still has it`, { cause });
  }
}

/** As the gateway would call the file. */
export const fileOf = ({ name, id }: Pick<ToldRecording, "name" | "id">): string =>
  `${name.replaceAll(/[^\w.-]+/g, "_")}-${id.slice(0, 8)}.csv`;
