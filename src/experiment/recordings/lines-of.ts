import { StorageError } from "../../errors.ts";

/** No row of ours is longer; characters. */
const maxLine = 4 * 2 ** 20;

/** The lines of a file, without their ends, as many at a time as each piece of it completes. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLine)
      throw new StorageError("a recording has a line that is none of benchd's: somebody has written to its file");
    if (lines.length > 0) yield lines;
  }
}
