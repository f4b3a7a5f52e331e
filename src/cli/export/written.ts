import { access, link, open, rename, rm } from "node:fs/promises";
import { NotReadyError, StorageError } from "../../errors.ts";
import { NoGatewayError } from "../gateway-errors.ts";
import type { Shell } from "../shell.ts";
import { UsageError } from "../usage.ts";

interface Options {
  /** Standard output, where there is none. */
  readonly file: string | undefined;
  /** Instead of a file that is there. */
  readonly force: boolean;
  readonly shell: Shell;
  readonly signal: AbortSignal;
}

/**
 * Write an answer as it comes. A file is there whole or not at all: until then it has another name. Resolves with the exit
 * status; throws a `NotReadyError` where it breaks off, and a `StorageError` where the disk does not take it.
 */
export async function written(answer: Response, { file, force, shell, signal }: Options): Promise<number> {
  if (file !== undefined) {
    const bytes = await intoFile(bodyOf(answer, signal), file, force);
    shell.tell(`${file}: ${bytes} bytes`);
    return 0;
  }
  const decoder = new TextDecoder();
  for await (const bytes of bodyOf(answer, signal)) {
    shell.stdout.write(decoder.decode(bytes, { stream: true }));
    // As when it is piped into `head`.
    if (shell.stdout.gone) return 0;
  }
  return 0;
}

async function intoFile(body: AsyncIterable<Uint8Array>, file: string, force: boolean): Promise<number> {
  const unfinished = `${file}.part`;
  try {
    const handle = await open(unfinished, "wx");
    let bytes = 0;
    try {
      for await (const part of body) bytes += (await handle.write(part)).bytesWritten;
    } finally {
      await handle.close();
    }
    // Whoever else has made one meanwhile keeps it.
    await (force ? rename(unfinished, file) : link(unfinished, file));
    return bytes;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (cause instanceof NotReadyError) throw cause;
    if (code === "EEXIST") throw thereIsOne(file, cause);
    throw new StorageError(`${file} could not be written (${code ?? cause})`, { cause });
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Before anything is asked for. Throws a `UsageError` where there is a file that is not to be written over. */
export async function checkFile(file: string | undefined, force: boolean): Promise<void> {
  if (file === undefined || force) return;
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there) throw thereIsOne(file);
}

const thereIsOne = (file: string, cause?: unknown) =>
  new UsageError(`${file} is there already: name another, or say --force`, { cause });

async function* bodyOf(answer: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of answer.body ?? []) yield part;
  } catch (cause) {
    if (signal.aborted) throw new NotReadyError("it was ended before all of it was there", { cause });
    throw new NoGatewayError("the gateway has gone away in the middle: what has come is not all", {
      unsent: false,
      cause,
    });
  }
}
