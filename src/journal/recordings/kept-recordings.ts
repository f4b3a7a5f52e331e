import type { Clock } from "../../clock.ts";
import type { LogLevel } from "../../context.ts";
import { LaneFullError, StorageError } from "../../errors.ts";
import { Retention } from "../retention.ts";
import type { RecordingAbout, RecordingEnd } from "./about.ts";
import type { RecordingBounds } from "./bounds.ts";
import { Flushing } from "./flushing.ts";
import { LineFile } from "./line-file.ts";
import { recovered } from "./recover.ts";
import type { FoundRecording, RecordingShelf } from "./shelf.ts";

interface Options {
  readonly shelf: RecordingShelf;
  readonly bounds: RecordingBounds;
  /** The process clock. */
  readonly clock: Clock;
  log(level: LogLevel, message: string): void;
}

/** A recording that is being written. */
export interface OpenRecording {
  /** Whether its file can grow by so many characters; a disk that takes nothing keeps it from that. */
  takes(characters: number): boolean;
  /** Whether its file would be too large with so many more. */
  isFull(characters: number): boolean;
  /** Whole lines. */
  add(lines: string): void;
  /** Nothing comes any more; resolves when the file has all of it, or cannot have it. Never rejects. */
  end(end: RecordingEnd): Promise<void>;
}

/** A recording to be read, as far as it was written when it was opened. */
export interface ReadRecording {
  readonly about: RecordingAbout;
  /** Whole lines. */
  readonly bytes: number;
  read(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

interface Kept {
  about: RecordingAbout;
  /** While it is being written. */
  file: LineFile | undefined;
  bytes: number;
  /** So many read it. */
  holds: number;
}

const maxReaders = 40;
const dayMs = 24 * 60 * 60 * 1000;

/** The recordings that are kept, within their bounds; what goes on, or is being read, never goes. */
export class KeptRecordings {
  readonly #options: Options;
  readonly #kept = new Map<string, Kept>();
  readonly #retention: Retention;
  readonly #flushing: Flushing;
  #bounds: RecordingBounds;
  #readers = 0;

  private constructor(options: Options, found: readonly FoundRecording[]) {
    this.#options = options;
    this.#bounds = options.bounds;
    for (const { about, bytes } of found) this.#kept.set(about.id, { about, file: undefined, bytes, holds: 0 });
    this.#retention = new Retention(options.clock, () => this.#pruneAged());
    this.#flushing = new Flushing({ ...options, minFreeBytes: () => this.#bounds.minFreeBytes });
    this.#makeWay(0);
  }

  /** Those that the process before has left come to an end first. */
  static async open(options: Options): Promise<KeptRecordings> {
    const { shelf, log } = options;
    const found = await shelf.survey().catch((error: unknown) => {
      log("error", `what recordings there are cannot be read, and none of them is served: ${error}`);
      return [];
    });
    const ended: FoundRecording[] = [];
    for (const one of found) ended.push(await recovered(one, { shelf, now: Date.now(), log }));
    return new KeptRecordings(options, ended);
  }

  /** What is told of each, the oldest first. */
  get all(): readonly RecordingAbout[] {
    return [...this.#kept.values()].map(({ about }) => about);
  }
  /** How many there are, and what they take; bytes. */
  get extent(): { readonly count: number; readonly bytes: number } {
    return { count: this.#kept.size, bytes: this.#bytes };
  }
  /** Why nothing can be written at the moment. */
  get problem(): string | undefined {
    return this.#flushing.problem;
  }

  /** From now on, also for those that go on; what is beyond goes when the next one begins, and what is too old within the hour. */
  keepWithin(bounds: RecordingBounds): void {
    this.#bounds = bounds;
  }

  find(id: string): RecordingAbout | undefined {
    return this.#kept.get(id)?.about;
  }
  /** How large it is, with what waits to be written; bytes. */
  sizeOf(id: string): number {
    const kept = this.#kept.get(id);
    return kept ? sizeOf(kept) : 0;
  }

  /** A new one, with what stands above its rows. Throws `StorageError` when all the room is taken by others that go on. */
  begin(about: RecordingAbout, head: string): OpenRecording {
    this.#makeWay(1);
    const { shelf } = this.#options;
    const file = new LineFile(shelf.create(about.id));
    const kept: Kept = { about, file, bytes: 0, holds: 0 };
    this.#kept.set(about.id, kept);
    file.add(head);
    this.#flushing.add(file, () => shelf.describe(about));
    let added = 0;
    return {
      takes: (characters) => file.takes(characters),
      isFull: (characters) => sizeOf(kept) + characters > this.#bounds.maxBytes,
      add: (lines) => {
        file.add(lines);
        added += lines.length;
        if (added < flushedFrom) return;
        added = 0;
        this.#makeWay(0);
        void this.#flushing.flush(file);
      },
      end: (end) => this.#end(kept, file, end),
    };
  }

  /** Open one to be read, with all that was recorded by now. Throws `LaneFullError` when too many are being read. */
  async open(id: string): Promise<ReadRecording | undefined> {
    const kept = this.#kept.get(id);
    if (!kept) return undefined;
    if (this.#readers >= maxReaders)
      throw new LaneFullError(`${maxReaders} recordings are being read: try again later`);
    this.#readers++;
    kept.holds++;
    let open = true;
    const end = () => {
      if (open) this.#readers--;
      if (open) kept.holds--;
      open = false;
    };
    try {
      if (kept.file) await this.#flushing.flush(kept.file);
      const bytes = kept.file?.written ?? kept.bytes;
      const found = await this.#options.shelf.read(id, bytes);
      if (found) {
        const close = async () => {
          end();
          await found.close();
        };
        return { about: kept.about, bytes, read: () => found.read(0, bytes), close };
      }
    } catch (error) {
      end();
      throw error;
    }
    end();
    if (kept.file) throw new StorageError("the recording is not on the disk yet: ask again");
    this.#options.log("error", `the recording ${id} is gone, or not whole: it is forgotten`);
    this.#kept.delete(id);
    return undefined;
  }

  /** Remove one that has ended; false when it goes on, or is being read. */
  remove(id: string): boolean {
    const kept = this.#kept.get(id);
    if (!kept || kept.file || kept.holds > 0) return false;
    this.#drop(kept);
    return true;
  }

  /** Whatever has not ended by now is closed at the next start. */
  async close(): Promise<void> {
    this.#retention.close();
    await this.#flushing.close();
  }

  get #bytes(): number {
    let sum = 0;
    for (const kept of this.#kept.values()) sum += sizeOf(kept);
    return sum;
  }

  async #end(kept: Kept, file: LineFile, end: RecordingEnd): Promise<void> {
    kept.about = { ...kept.about, end };
    const { shelf, log } = this.#options;
    try {
      await this.#flushing.end(file);
      kept.bytes = file.written;
      kept.file = undefined;
      await shelf.describe(kept.about);
    } catch (error) {
      kept.bytes = file.written;
      kept.file = undefined;
      log(
        "error",
        `the recording ${kept.about.name} (${kept.about.id}) has ended, and that cannot be written: ${error}`,
      );
    }
  }

  /** Let the oldest go until so many more fit in, and all that is written. */
  #makeWay(more: number): void {
    const bounds = this.#bounds;
    let bytes = this.#bytes;
    const over = () => bytes > bounds.bytes || this.#kept.size + more > bounds.count;
    for (const kept of this.#kept.values()) {
      if (!over()) return;
      if (kept.file || kept.holds > 0) continue;
      bytes -= kept.bytes;
      this.#options.log("info", `the recording ${kept.about.name} (${kept.about.id}) goes: there is no room for more`);
      this.#drop(kept);
    }
    if (more > 0 && over())
      throw new StorageError(
        "there is no room for another recording: those that are kept go on, or are being read. Stop some, or allow more below keepRecordings: in the configuration",
      );
  }

  #pruneAged(): boolean {
    const before = Date.now() - this.#bounds.days * dayMs;
    for (const kept of this.#kept.values()) {
      const { startedAt, clockTrusted, end } = kept.about;
      if (end && clockTrusted && (end.at ?? startedAt) < before && kept.holds === 0) this.#drop(kept);
    }
    return false;
  }

  #drop({ about: { id } }: Kept): void {
    this.#kept.delete(id);
    const stays = (error: unknown) => this.#options.log("error", `the recording ${id} could not be removed: ${error}`);
    this.#options.shelf.remove(id).catch(stays);
  }
}

/** What is that much is written before its time; characters. */
const flushedFrom = 64 * 1024;

const sizeOf = ({ file, bytes }: Kept) => (file ? file.written + file.waiting : bytes);
