import { readFile, stat } from "node:fs/promises";
import { UsageError } from "../usage.ts";

/** No procedure is nearly as large; bytes. */
const maxBytes = 4 * 1024 * 1024;

/** The text of a procedure. Throws `UsageError` for what cannot be read, or is no text. */
export async function documentIn(file: string): Promise<string> {
  try {
    const about = await stat(file);
    if (!about.isFile()) throw new UsageError(`${file} is no file: name the document of a procedure`);
    if (about.size > maxBytes) throw new UsageError(`${file} is far too large for a procedure`);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") throw new UsageError(`${file} is no text in UTF-8`, { cause });
    const why = code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "this user may not read it" : code;
    throw new UsageError(`${file}: ${why}`, { cause });
  }
}
