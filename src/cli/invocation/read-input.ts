import { readPlainFile } from "../../plain-file.ts";
import type { Shell } from "../shell.ts";
import { UsageError } from "../usage.ts";

/** As much as a gateway takes; bytes. */
const maxBytes = 1024 * 1024;

/** What `--input` says: JSON, `@FILE`, or `-` for what is piped in. It is an object. */
export async function inputOf(
  text: string,
  { readInput }: Pick<Shell, "readInput">,
): Promise<Readonly<Record<string, unknown>>> {
  const from = text === "-" ? "what is piped in" : text.startsWith("@") ? text.slice(1) : "--input";
  const json = text === "-" ? await readInput(maxBytes) : text.startsWith("@") ? await contentOf(from) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new UsageError(`${from} is no JSON, such as '{"volume": 5}'`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`${from} is no object, such as '{"volume": 5}': an action takes nothing else`);
  return value as Readonly<Record<string, unknown>>;
}

async function contentOf(file: string): Promise<string> {
  try {
    const read = await readPlainFile(file, maxBytes);
    if (!read.bytes) throw new UsageError(`${file}: ${read.why}`);
    return read.bytes.toString("utf8");
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    throw new UsageError(`${file}: ${code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`}`, {
      cause,
    });
  }
}
