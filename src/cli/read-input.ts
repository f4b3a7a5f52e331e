import { UsageError } from "./usage.ts";

/** All that `input` has, in UTF-8. Throws a `UsageError` for more than `maxBytes`, and for what is no text. */
export async function readInput(input: AsyncIterable<Uint8Array | string>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > maxBytes) throw new UsageError(`what is piped in is more than ${maxBytes} bytes`);
    chunks.push(part);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new UsageError("what is piped in is no text in UTF-8", { cause });
  }
}
