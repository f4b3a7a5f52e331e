import { AsyncResource } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { type Asker, named } from "../../asker.ts";
import { InputError, LaneFullError, NotFoundError, NotReadyError } from "../../errors.ts";
import { RecordingStateError } from "../../experiment-errors.ts";
import type { RecordingAbout } from "../../journal/recordings/about.ts";
import { type RecordingBounds, recordingBounds } from "../../journal/recordings/bounds.ts";
import { FileRecordings } from "../../journal/recordings/file-shelf.ts";
import { KeptRecordings, type ReadRecording } from "../../journal/recordings/kept-recordings.ts";
import { MemoryRecordings } from "../../journal/recordings/memory-shelf.ts";
import type { Thing } from "../../thing/thing.ts";
import type { Ground } from "../ground.ts";
import { Beat } from "./beat.ts";
import { hearOf } from "./changes.ts";
import { headOf } from "./head.ts";
import { Recording } from "./recording.ts";
import { assertSound, type RecordingRequest, thingOf } from "./request.ts";
import type { Source } from "./source.ts";

/** A recording, as it is told: what goes on has no end. */
export interface ToldRecording extends RecordingAbout {
  readonly bytes: number;
  /** So far; null when they were not counted. */
  readonly rows: number | null;
  readonly gaps: number | null;
  /** Why nothing of it can be written at the moment; null when all is well, and once it has ended. */
  readonly problem: string | null;
}

export type { ReadRecording };

const maxOpen = 64;
const maxColumns = 256;
const usualLookMs = 1000;
const minLookMs = 100;
const maxLookMs = 10_000;

/** What is written down of the bench over a longer time, in files of their own. */
export class Recordings {
  readonly #ground: Ground;
  readonly #kept: KeptRecordings;
  readonly #open = new Map<string, Recording>();
  readonly #beats = new Map<number, Beat>();
  /** Whoever begins one: sampling is no part of his work. */
  readonly #outside = AsyncResource.bind((task: () => void) => task());
  #over = false;

  private constructor(ground: Ground, kept: KeptRecordings) {
    this.#ground = ground;
    this.#kept = kept;
  }

  static async open(ground: Ground): Promise<Recordings> {
    const { state, processClock, log } = ground;
    const folder = state.path("recordings");
    const shelf = folder === undefined ? new MemoryRecordings() : new FileRecordings(folder, log);
    const bounds = recordingBounds(folder, ground.recordingBounds);
    return new Recordings(ground, await KeptRecordings.open({ shelf, bounds, clock: processClock, log }));
  }

  /** From now on; the usual amount unless told. */
  keepWithin(told: Partial<RecordingBounds> | undefined): void {
    this.#kept.keepWithin(recordingBounds(this.#ground.state.path("recordings"), told));
  }

  /**
   * Begin one. Throws `InputError`, `NotFoundError` for what is not there, `LaneFullError` when too many go on, and
   * `StorageError` when there is no room for it.
   */
  start(request: RecordingRequest): Recording {
    const { name, everyMs, forMs, run, configured, by } = request;
    this.#assertRoom();
    assertSound(request, this.#ground.things);
    const rhythm = everyMs ?? this.#lookMs(request);
    const beat = this.#beats.get(rhythm) ?? new Beat(rhythm, this.#ground);
    const sources = request.properties.map(({ thing, property }) => beat.source(this.#thing(thing), property));
    const columns = sources.flatMap((source) => source.columns);
    if (columns.length > maxColumns) throw new InputError(`a recording has at most ${maxColumns} columns`);
    const things = [...new Set(request.properties.map(({ thing }) => thing))];
    const about: RecordingAbout = {
      ...{
        id: randomUUID(),
        name,
        things,
        columns: [...columns],
        everyMs: everyMs ?? null,
        forMs: forMs ?? null,
        run: run ?? null,
      },
      ...{
        configured: configured ?? null,
        by: named(by).name,
        startedAt: Date.now(),
        clockTrusted: this.#ground.clockTrusted(),
      },
      end: null,
    };
    const file = this.#kept.begin(about, this.#headOf(about, sources));
    const recording = new Recording({
      ...{ about, sources, file, clock: this.#ground.clock },
      ended: (one) => {
        heard();
        beat.leave(one);
        if (beat.isIdle) this.#beats.delete(rhythm);
        this.#open.delete(one.id);
        this.#tell(one.about);
        request.ended?.(one);
      },
    });
    this.#beats.set(rhythm, beat);
    this.#open.set(about.id, recording);
    this.#note(by, "recording.started", about);
    this.#tell(about);
    const heard = everyMs === undefined ? hearOf(recording, this.#ground.clock) : () => {};
    this.#outside(() => beat.join(recording));
    return recording;
  }

  /** Begin nothing more. */
  end(): void {
    this.#over = true;
  }

  /** What is still open comes to its end. */
  async close(): Promise<void> {
    this.end();
    await Promise.all([...this.#open.values()].map((one) => one.stop("benchd ends")));
    await this.#kept.close();
  }

  /** The newest first. */
  list(): readonly ToldRecording[] {
    return this.#kept.all.map((about) => this.#told(about)).reverse();
  }

  /** Those that go on. */
  get going(): readonly RecordingAbout[] {
    return [...this.#open.values()].map(({ about }) => about);
  }

  /** Those of a run, the oldest first. */
  ofRun(run: string): readonly RecordingAbout[] {
    return this.#kept.all.filter((about) => about.run === run);
  }

  /** Throws `NotFoundError`. */
  get(id: string): ToldRecording {
    const about = this.#kept.find(id);
    if (!about) throw new NotFoundError(`there is no recording ${id}`);
    return this.#told(about);
  }

  /** End one that goes on; throws `NotFoundError`, and `RecordingStateError` when it has ended. */
  async stop(id: string, by: Asker, why = "stopped by"): Promise<void> {
    const recording = this.#open.get(id);
    if (!recording && this.get(id)) throw new RecordingStateError(`the recording ${id} has ended already`);
    await recording?.stop(`${why} ${named(by).name}`);
    if (recording) this.#note(by, "recording.stopped", recording.about);
  }

  /** All that was recorded by now, to be read; undefined when it is gone. */
  read(id: string): Promise<ReadRecording | undefined> {
    return this.#kept.open(id);
  }

  /** End all that have to do with one of these Things, which are about to be closed. */
  async stopOn(things: ReadonlySet<string>, why: string): Promise<void> {
    const going = [...this.#open.values()].filter(({ about }) => about.things.some((thing) => things.has(thing)));
    await Promise.all(going.map((one) => one.stop(why)));
  }

  /** Remove one that has ended, for good; throws `NotFoundError`, and `RecordingStateError` while it goes on or is read. */
  remove(id: string, by: Asker): void {
    const about = this.get(id);
    if (!this.#kept.remove(id))
      throw new RecordingStateError(`the recording ${id} goes on, or is being read: stop it first, or wait`);
    this.#note(by, "recording.removed", about);
  }

  /** How often those that are recorded when they change are looked at, besides what is told of them. */
  #lookMs({ properties }: RecordingRequest): number {
    const each = properties.map(({ thing, property }) => {
      const { observeMs, pollMs } = this.#thing(thing).definition.properties?.[property] ?? {};
      return observeMs ?? pollMs ?? usualLookMs;
    });
    return Math.min(maxLookMs, Math.max(minLookMs, Math.min(...each)));
  }

  #told(about: RecordingAbout): ToldRecording {
    const open = this.#open.get(about.id);
    const { rows, gaps } = open ?? about.end ?? { rows: null, gaps: null };
    const problem = (open && this.#kept.problem) ?? null;
    return { ...about, bytes: this.#kept.sizeOf(about.id), rows, gaps, problem };
  }

  #tell({ id, name, things, run, configured, end }: RecordingAbout): void {
    const state = end?.how ?? "recording";
    const reason = end?.why ?? null;
    this.#ground.events.tell({ kind: "recording", id, name, things, run, configured, state, reason }, []);
  }

  #note(by: Asker, what: string, { name, id, things }: RecordingAbout): void {
    const [thing] = things.length === 1 ? things : [];
    this.#ground.audit.note({ by, what, thing, detail: `${name} (${id}): ${things.join(", ")}` });
  }

  #thing(name: string): Thing {
    return thingOf(this.#ground.things, name);
  }

  #headOf(about: RecordingAbout, sources: readonly Source[]): string {
    const { installation, version, simulated } = this.#ground;
    const things = new Set(sources.map(({ thing }) => thing));
    return headOf({ about, installation, version, simulated, things: [...things].map((thing) => thing.provenance()) });
  }

  #assertRoom(): void {
    if (this.#over) throw new NotReadyError("benchd ends: nothing more is begun");
    if (this.#open.size >= maxOpen)
      throw new LaneFullError(`${maxOpen} recordings go on already: stop one of them first`);
  }
}
