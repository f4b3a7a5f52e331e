import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { BackedUpFile } from "./manifest.ts";

/** So much of a file is in memory at a time. */
const pieceBytes = 256 * 1024;

type Sum = Pick<BackedUpFile, "bytes" | "sha256">;

/**
 * Copy a file as far as it reaches now: what grows meanwhile is cut off there, as a kill would. Undefined where it is
 * gone, or is no plain file; a link is none. What is copied is on the disk when it resolves.
 */
export async function copyFile(from: string, to: string, signal: AbortSignal): Promise<Sum | undefined> {
  const source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    noneWhereGone,
  );
  if (!source) return undefined;
  try {
    const found = await source.stat();
    if (!found.isFile()) return undefined;
    const target = await open(to, "wx", 0o600);
    try {
      const sum = await passOver(source, found.size, signal, (piece) => writeAll(target, piece));
      await target.sync();
      return sum;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Size and sum of a file that is there. */
export async function sumOf(file: string, signal: AbortSignal): Promise<Sum> {
  const source = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await passOver(source, (await source.stat()).size, signal);
  } finally {
    await source.close();
  }
}

async function passOver(
  source: FileHandle,
  size: number,
  signal: AbortSignal,
  each: (piece: Buffer) => Promise<void> = async () => {},
): Promise<Sum> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(pieceBytes);
  let bytes = 0;
  while (bytes < size) {
    signal.throwIfAborted();
    const { bytesRead } = await source.read(buffer, 0, Math.min(pieceBytes, size - bytes), bytes);
    if (bytesRead === 0) break;
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    await each(piece);
    bytes += bytesRead;
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function writeAll(target: FileHandle, piece: Buffer): Promise<void> {
  for (let at = 0; at < piece.length; ) at += (await target.write(piece, at, piece.length - at)).bytesWritten;
}

/** A link, and what has no reader, is none of ours. */
function noneWhereGone(error: NodeJS.ErrnoException): undefined {
  if (!["ENOENT", "ELOOP", "ENXIO"].includes(error.code ?? "")) throw error;
}
