import type { RecordingAbout } from "./about.ts";
import type { RecordingShelf } from "./shelf.ts";

/** Recordings that end with the process. */
export class MemoryRecordings implements RecordingShelf {
  readonly #kept = new Map<string, Uint8Array[]>();

  survey = async (): Promise<readonly never[]> => [];

  create(id: string) {
    const pieces: Uint8Array[] = [];
    this.#kept.set(id, pieces);
    return { write: async (bytes: Uint8Array) => void pieces.push(bytes), close: async () => {} };
  }

  describe = async (_: RecordingAbout): Promise<void> => {};

  async read(id: string) {
    const pieces = this.#kept.get(id);
    return pieces && { read: (start: number, end: number) => part([...pieces], start, end), close: async () => {} };
  }

  truncate = async (): Promise<void> => {};
  append = async (): Promise<void> => {};

  async remove(id: string): Promise<void> {
    this.#kept.delete(id);
  }

  free = async (): Promise<number> => Number.POSITIVE_INFINITY;
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
