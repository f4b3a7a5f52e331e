import { BlobHandle, replaceBlobs } from "../blob.ts";
import { blobPlaces, takesMediaType } from "../blob-schema.ts";
import { InputError, OutputError } from "../errors.ts";
import type { Blobs } from "../invocation/blobs.ts";
import { valueAt } from "../schema.ts";
import type { TSchema } from "../typebox.ts";

/** A value with its blobs as a client would tell of them. */
export const asClientsTell = (value: unknown): unknown =>
  replaceBlobs(value, ({ "benchd:blob": id, media_type, size }) => ({ href: `/blob/${id}`, media_type, size }));

/** The last parts of the path of a URL: who is asked under which name is none of our business. */
const hrefPattern = /^[^?#]*\bblob\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/i;

/** An input as its handler gets it. */
interface Filled {
  readonly input: unknown;
  /** The blobs in it. */
  readonly ids: readonly string[];
}

/** A checked input with blobs that can be read where clients tell of some. Throws `InputError` for what is none of ours. */
export function withBlobs(schema: TSchema, checked: unknown, blobs: Pick<Blobs, "find">): Filled {
  let input = checked;
  const ids: string[] = [];
  for (const { path, value, mediaTypes } of blobPlaces(schema, checked)) {
    const href = String(valueAt(value, "/href"));
    const refuse = (message: string) =>
      new InputError(`the blob at ${path} cannot be taken: ${message}`, [
        { path, keyword: "blob", message, params: {}, value },
      ]);
    const id = hrefPattern.exec(href)?.[1]?.toLowerCase();
    if (id === undefined) throw refuse("href is not that of a blob of this gateway.");
    const blob = blobs.find(id);
    if (!blob) throw refuse(`Blob ID ${id} wasn't found on this server.`);
    if (!takesMediaType(mediaTypes, blob.mediaType))
      throw refuse(`Blob ID ${id} is ${blob.mediaType}, and ${mediaTypes.join(" or ")} is wanted.`);
    input = replacedAt(input, path, blob);
    ids.push(id);
  }
  return { input, ids };
}

/** Throws `OutputError` where an output, which fits its schema, has something else than a blob that was made. */
export function assertMade(schema: TSchema, output: unknown, what: string): void {
  for (const { path, mediaTypes } of blobPlaces(schema, asClientsTell(output))) {
    const value = valueAt(output, path);
    const at = path === "" ? what : `${what} at ${path}`;
    if (!(value instanceof BlobHandle)) throw new OutputError(`${at} has to be a blob: make it with blob()`);
    if (!takesMediaType(mediaTypes, value.mediaType))
      throw new OutputError(`${at} is a blob of ${value.mediaType}, and ${mediaTypes.join(" or ")} was promised`);
  }
}

/** `value` with `inserted` at a JSON pointer. */
function replacedAt(value: unknown, pointer: string, inserted: unknown): unknown {
  if (pointer === "") return inserted;
  const [, part = ""] = /^\/([^/]*)/.exec(pointer) ?? [];
  const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
  const below = replacedAt(valueAt(value, `/${part}`), pointer.slice(part.length + 1), inserted);
  if (Array.isArray(value)) return value.with(Number(name), below);
  return { ...(value as object), [name]: below };
}
