import type { BlobDraft, Shelf } from "./shelf.ts";

/** Blobs that end with the process. */
export class MemoryShelf implements Shelf {
  readonly #kept = new Map<string, readonly Uint8Array[]>();

  draft(id: string): BlobDraft {
    const pieces: Uint8Array[] = [];
    return {
      // Whoever gave it may write over it next.
      write: async (piece) => void pieces.push(piece.slice()),
      publish: async () => void this.#kept.set(id, pieces),
      discard: async () => {
        pieces.length = 0;
        this.#kept.delete(id);
      },
    };
  }

  async open({ id }: { readonly id: string }) {
    const pieces = this.#kept.get(id);
    return pieces && { read: (start: number, end: number) => part(pieces, start, end), close: async () => {} };
  }

  async remove(id: string): Promise<void> {
    this.#kept.delete(id);
  }
}

async function* part(pieces: readonly Uint8Array[], start: number, end: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const piece of pieces) {
    const from = Math.max(0, start - at);
    const to = Math.min(piece.length, end - at);
    if (from < to) yield piece.subarray(from, to);
    at += piece.length;
  }
}
