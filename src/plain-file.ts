import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";

/** What was read, or in words why not. */
export type PlainFile = { readonly bytes: Buffer } | { readonly bytes?: undefined; readonly why: string };

/** What this process was given open, such as what is piped in: reading it has an end, as whoever gave it sees to that. */
const given = /^\/(dev\/(stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;
const chunkBytes = 64 * 1024;

/**
 * All of a small file, of `maxBytes` at most. What is none is refused at once: a pipe that nobody writes into, or a device,
 * would be waited for, and opening one may do something to it. Rejects as `readFile` does where there is nothing to read.
 */
export async function readPlainFile(file: string, maxBytes: number): Promise<PlainFile> {
  const isGiven = given.test(file);
  const unfit = isGiven ? undefined : whyUnfit(await stat(file));
  if (unfit !== undefined) return { why: unfit };
  // It may be a pipe by now.
  const handle = await open(file, constants.O_RDONLY | (isGiven ? 0 : constants.O_NONBLOCK));
  try {
    const why = isGiven ? undefined : whyUnfit(await handle.stat());
    if (why !== undefined) return { why };
    const bytes = await upTo(maxBytes, handle);
    return bytes ? { bytes } : { why: `that is larger than ${Math.floor(maxBytes / 1024)} KiB: is it the right file?` };
  } finally {
    await handle.close();
  }
}

function whyUnfit(about: { isFile(): boolean; isDirectory(): boolean }): string | undefined {
  if (about.isFile()) return undefined;
  return about.isDirectory()
    ? "that is a folder: name the file in it"
    : "that is no file, but a pipe or a device, which could be waited for without end: name a file";
}

/** Undefined when there is more. */
async function upTo(maxBytes: number, handle: FileHandle): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  for (let left = maxBytes + 1; left > 0; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(left, chunkBytes)));
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return undefined;
}
