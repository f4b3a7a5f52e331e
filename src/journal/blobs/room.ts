import { OutputError, StorageError } from "../../errors.ts";
import type { BlobBounds } from "./bounds.ts";
import type { BlobAbout } from "./shelf.ts";

/** A blob that is there, and who needs it. */
export interface Kept {
  readonly about: BlobAbout;
  /** So many need it: the invocation that has made it, those it was given to, those who read it. */
  holds: number;
  /** It goes when nobody needs it any more. */
  unwanted: boolean;
}

/** Which blobs there are, the oldest first, and how much room there is for more. */
export class Room {
  #bounds: BlobBounds;
  readonly #remove: (id: string) => void;
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  #drafts = 0;

  constructor(bounds: BlobBounds, remove: (id: string) => void) {
    this.#bounds = bounds;
    this.#remove = remove;
  }

  /** From now on; those that are beyond go when room is made for the next. */
  keepWithin(bounds: BlobBounds): void {
    this.#bounds = bounds;
  }

  get count(): number {
    return this.#kept.size;
  }
  /** Also of those that are being made. */
  get bytes(): number {
    return this.#bytes;
  }
  [Symbol.iterator](): Iterator<Kept> {
    return this.#kept.values();
  }
  find(id: string): Kept | undefined {
    return this.#kept.get(id);
  }

  /** Find room for one more; `of` bytes are told as they come. Throws `StorageError` when all that is there is needed. */
  begin() {
    this.#makeWay(0, 1);
    this.#drafts++;
    let size = 0;
    let open = true;
    const end = () => {
      if (open) this.#drafts--;
      open = false;
    };
    return {
      get size() {
        return size;
      },
      /** Throws `OutputError` for a blob that is too large, and `StorageError`. */
      grow: (bytes: number) => {
        if (size + bytes > this.#bounds.maxBytes) throw new OutputError(tooLarge(this.#bounds));
        this.#makeWay(bytes, 0);
        this.#bytes += bytes;
        size += bytes;
      },
      /** It is there. */
      keep: (about: BlobAbout): Kept => {
        end();
        const kept = { about, holds: 1, unwanted: false };
        this.#kept.set(about.id, kept);
        return kept;
      },
      /** It will not be. */
      giveBack: () => {
        if (open) this.#bytes -= size;
        end();
      },
    };
  }

  /** One that was there before. */
  add(about: BlobAbout): void {
    this.#kept.set(about.id, { about, holds: 0, unwanted: false });
    this.#bytes += about.size;
  }

  release(kept: Kept): void {
    kept.holds--;
    if (kept.holds === 0 && kept.unwanted) this.drop(kept);
  }

  drop({ about: { id, size } }: Kept): void {
    if (!this.#kept.delete(id)) return;
    this.#bytes -= size;
    this.#remove(id);
  }

  /** Let the oldest go until so much more fits in. */
  #makeWay(bytes: number, more: number): void {
    const over = () =>
      this.#bytes + bytes > this.#bounds.bytes || this.#kept.size + this.#drafts + more > this.#bounds.count;
    if (!over()) return;
    for (const kept of this.#kept.values()) {
      if (kept.holds > 0) continue;
      this.drop(kept);
      if (!over()) return;
    }
    throw new StorageError(
      "there is no room for another blob: all that are kept are in use. Allow more below blobs: in the configuration",
    );
  }
}

const tooLarge = ({ maxBytes }: BlobBounds) =>
  `a blob may have ${maxBytes / 2 ** 20} MiB, and this one has more: make it smaller, or raise blobs.maxMegabytes`;
