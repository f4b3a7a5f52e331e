import type { BlobSource } from "../../blob.ts";
import { unlessEnded } from "../../context.ts";
import { OutputError } from "../../errors.ts";

/** The pieces that a driver gives, for as long as its work has not been asked to end; what it then leaves is told to end. */
export async function* piecesOf(source: BlobSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  const iterator = iteratorOf(source);
  try {
    for (;;) {
      // It may wait for something that knows nothing of cancels.
      const { done, value } = await unlessEnded(Promise.resolve(iterator.next()));
      if (done) return;
      if (!(value instanceof Uint8Array)) throw new OutputError("a blob is made of Uint8Arrays");
      yield value;
    }
  } finally {
    // Not waited for: it may be stuck.
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

function iteratorOf(source: unknown): Iterator<Uint8Array> | AsyncIterator<Uint8Array> {
  if (typeof source === "object" && source !== null) {
    if (Symbol.asyncIterator in source) return (source as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    if (Symbol.iterator in source) return (source as Iterable<Uint8Array>)[Symbol.iterator]();
  }
  throw new OutputError("a blob is made of a Uint8Array, or of something that gives Uint8Arrays");
}
