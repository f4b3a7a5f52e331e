import { ConfigError } from "../../errors.ts";
import { type PlainFile, readPlainFile } from "../../plain-file.ts";

/** No bench has nearly as much to say. */
const maxBytes = 4 * 1024 * 1024;

/** The text of a configuration. Throws a `ConfigError` for what cannot be read, is none, or could be waited for without end. */
export async function readText(file: string): Promise<string> {
  const read = await readBytes(file);
  if (!read.bytes) throw new ConfigError(`${file}: ${read.why}`);
  const text = decoded(read.bytes);
  if (text !== undefined) return text;
  throw new ConfigError(`${file}: the file is not in UTF-8, or is no text at all: save it as UTF-8`);
}

/** Undefined for what is no text in UTF-8; UTF-16 may pass for it, but has zeros between its letters. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

async function readBytes(file: string): Promise<PlainFile> {
  try {
    return await readPlainFile(file, maxBytes);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const why =
      code === "ENOENT"
        ? "there is no such file: name yours, or begin one with benchd add"
        : code === "EACCES"
          ? "this user may not read the file: change its owner or its mode"
          : "the file cannot be read";
    throw new ConfigError(`${file}: ${why}`, { cause });
  }
}
