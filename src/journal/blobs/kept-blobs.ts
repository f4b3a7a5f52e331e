import { randomUUID } from "node:crypto";
import { BlobHandle, type BlobOptions, type BlobSource, blobsOf, type OpenBlob } from "../../blob.ts";
import type { Clock } from "../../clock.ts";
import { assertUnfenced, type LogLevel, unlessEnded } from "../../context.ts";
import { DefinitionError, LaneFullError } from "../../errors.ts";
import type { Blobs, Maker } from "../../invocation/blobs.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import { Retention } from "../retention.ts";
import type { BlobBounds } from "./bounds.ts";
import { piecesOf } from "./pieces.ts";
import { type Kept, Room } from "./room.ts";
import type { BlobAbout, Shelf } from "./shelf.ts";

interface KeptBlobsOptions {
  readonly shelf: Shelf;
  readonly bounds: BlobBounds;
  /** Those that are there already, the oldest first. */
  readonly before?: readonly BlobAbout[];
  /** The process clock. */
  readonly clock: Clock;
  clockTrusted(): boolean;
  log(level: LogLevel, message: string): void;
}

/** So many are read at the same time. */
const maxReaders = 100;
const dayMs = 24 * 60 * 60 * 1000;
const mediaTypePattern = /^[a-z0-9][\w!#$&^.+-]*\/[a-z0-9][\w!#$&^.+-]*(; ?[\w-]+=[\w.+-]+)*$/i;

/** The blobs that are kept, within their bounds: none goes that somebody needs. */
export class KeptBlobs implements Blobs {
  readonly #options: KeptBlobsOptions;
  readonly #room: Room;
  readonly #retention: Retention;
  #days: number;
  /** By the invocation that runs: what it has made. */
  readonly #made = new Map<string, Set<Kept>>();
  /** Added to the process clock it gives the wall clock as it was at the start. */
  readonly #epoch: number;
  #readers = 0;

  constructor(options: KeptBlobsOptions) {
    this.#options = options;
    this.#epoch = Date.now() - options.clock.now();
    this.#days = options.bounds.days;
    this.#room = new Room(options.bounds, (id) => this.#remove(id));
    for (const about of options.before ?? []) this.#room.add(about);
    this.#retention = new Retention(options.clock, () => this.#pruneAged());
  }

  /** How many there are, and what they take; bytes. */
  get extent(): { readonly count: number; readonly bytes: number } {
    const { count, bytes } = this.#room;
    return { count, bytes };
  }

  /** From now on; those that are beyond go when the next one is made, and what is too old within the hour. */
  keepWithin(bounds: BlobBounds): void {
    this.#days = bounds.days;
    this.#room.keepWithin(bounds);
  }

  make(source: BlobSource, options: BlobOptions, maker: Maker): Promise<BlobHandle> {
    const { mediaType, name } = options;
    if (!mediaTypePattern.test(mediaType) || mediaType.length > 100)
      throw new DefinitionError(`a blob's mediaType is one such as "image/jpeg", not ${JSON.stringify(mediaType)}`);
    if (name !== undefined && (name.length === 0 || name.length > 100))
      throw new DefinitionError("the name of a blob has 1 to 100 characters");
    assertUnfenced();
    // A slow disk keeps nobody from ending.
    return unlessEnded(this.#make(source, options, maker));
  }

  find(id: string): BlobHandle | undefined {
    const kept = this.#room.find(id);
    return kept && !kept.unwanted ? this.#handle(kept.about) : undefined;
  }

  hold(ids: readonly string[]): () => void {
    const held = ids.flatMap((id) => this.#room.find(id) ?? []);
    for (const kept of held) kept.holds++;
    let open = true;
    return () => {
      if (open) for (const kept of held) this.#room.release(kept);
      open = false;
    };
  }

  /** The id of the invocation that has made it; undefined when it is kept no more. */
  makerOf(id: string): string | undefined {
    const kept = this.#room.find(id);
    return kept && !kept.unwanted ? kept.about.invocation : undefined;
  }

  /** Open one to be read; undefined when it is kept no more. Throws `LaneFullError` when too many are being read. */
  async open(id: string): Promise<OpenBlob | undefined> {
    if (this.#readers >= maxReaders) throw new LaneFullError(`${maxReaders} blobs are being read; try again later`);
    this.#readers++;
    return this.#open(id, () => this.#readers--);
  }

  /** `over` is called once it is not read any more, or cannot be. */
  async #open(id: string, over: () => void): Promise<OpenBlob | undefined> {
    const kept = this.#room.find(id);
    const release = this.hold([id]);
    let open = true;
    const end = () => {
      if (!open) return false;
      open = false;
      release();
      over();
      return true;
    };
    try {
      const bytes = kept && !kept.unwanted ? await this.#options.shelf.open(kept.about) : undefined;
      if (bytes && kept) {
        const { about } = kept;
        const read = (start = 0, end = about.size) => bytes.read(start, end);
        return { about, read, close: async () => void (end() && (await bytes.close())) };
      }
    } catch (error) {
      end();
      throw error;
    }
    end();
    if (kept && !kept.unwanted) {
      this.#options.log("error", `the blob ${id} is gone, or not whole: it is forgotten`);
      this.#room.drop(kept);
    }
    return undefined;
  }

  /** An invocation has ended: what it has made and does not tell of nobody can ask for. */
  settled({ id, output }: Pick<InvocationRecord, "id" | "output">): void {
    const made = this.#made.get(id);
    if (!made) return;
    this.#made.delete(id);
    const told = new Set(blobsOf(output).map((blob) => blob["benchd:blob"]));
    for (const kept of made) {
      kept.unwanted = !told.has(kept.about.id);
      this.#room.release(kept);
    }
  }

  close(): void {
    this.#retention.close();
  }

  async #make(source: BlobSource, { mediaType, name }: BlobOptions, maker: Maker): Promise<BlobHandle> {
    const { shelf, clockTrusted } = this.#options;
    const id = randomUUID();
    const place = this.#room.begin();
    const draft = shelf.draft(id);
    try {
      for await (const piece of piecesOf(source)) {
        place.grow(piece.length);
        await draft.write(piece);
        assertUnfenced();
      }
      const made = { at: Date.now(), clockTrusted: clockTrusted(), invocation: maker.id, seq: maker.seq };
      const about: BlobAbout = { id, mediaType, name, size: place.size, ...made };
      await draft.publish(about);
      assertUnfenced();
      this.#madeBy(maker).add(place.keep(about));
      return this.#handle(about);
    } catch (error) {
      place.giveBack();
      await draft.discard();
      throw error;
    }
  }

  #madeBy({ id }: Maker): Set<Kept> {
    const made = this.#made.get(id) ?? new Set();
    this.#made.set(id, made);
    return made;
  }

  #handle(about: BlobAbout): BlobHandle {
    // Those who only read keep no work from what it was given.
    return new BlobHandle(about, () => this.#open(about.id, () => {}));
  }

  #remove(id: string): void {
    const { shelf, log } = this.#options;
    shelf.remove(id).catch((error: unknown) => log("error", `the blob ${id} could not be removed: ${error}`));
  }

  /** By a clock that is wrong, or has just been set, all of it might be old. */
  #pruneAged(): boolean {
    const { clock, clockTrusted } = this.#options;
    if (!clockTrusted()) return false;
    const before = Math.min(this.#epoch + clock.now(), Date.now()) - this.#days * dayMs;
    for (const kept of this.#room)
      if (kept.about.at < before && kept.about.clockTrusted && kept.holds === 0) this.#room.drop(kept);
    return false;
  }
}
