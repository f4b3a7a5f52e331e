import { readPlainFile } from "../../plain-file.ts";
import { UsageError } from "../usage.ts";

/** No procedure is nearly as large; bytes. */
const maxBytes = 4 * 1024 * 1024;

/** The text of a procedure. Throws `UsageError` for what cannot be read, or is no text. */
export async function documentIn(file: string): Promise<string> {
  try {
    const read = await readPlainFile(file, maxBytes);
    if (!read.bytes) throw new UsageError(`${file}: ${read.why}`);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(read.bytes);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") throw new UsageError(`${file} is no text in UTF-8`, { cause });
    const why = code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "this user may not read it" : code;
    throw new UsageError(`${file}: ${why}`, { cause });
  }
}
