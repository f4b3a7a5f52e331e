import { NotFoundError } from "./errors.ts";

/** What a blob is made of: its bytes, or pieces of them as they come. */
export type BlobSource = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What is said of a blob beside its bytes. */
export interface BlobOptions {
  /** Such as `image/jpeg` or `text/csv; charset=utf-8`; at most 100 characters. */
  readonly mediaType: string;
  /** What a file with it may be called; at most 100 characters. */
  readonly name?: string;
}

/** Bytes that are kept beside an invocation, and fetched by themselves: a picture, a spectrum, a recording. */
export interface BlobValue {
  readonly id: string;
  readonly mediaType: string;
  readonly name: string | undefined;
  /** In bytes. */
  readonly size: number;
  /** All of it, in memory. Throws `NotFoundError` when it is kept no more. */
  bytes(): Promise<Uint8Array>;
  /** In pieces, for what is too large for that. */
  stream(): AsyncIterable<Uint8Array>;
}

/** A blob as it stands in a record: how to reach it is the view's business. */
export interface BlobJson {
  readonly "benchd:blob": string;
  readonly media_type: string;
  readonly size: number;
  readonly name?: string;
}

/** One that is being read, and stays for as long as that. */
export interface OpenBlob {
  readonly about: Pick<BlobValue, "id" | "mediaType" | "name" | "size">;
  /** Its bytes from `start` to before `end`, in pieces. */
  read(start?: number, end?: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A blob as drivers have it. */
export class BlobHandle implements BlobValue {
  readonly id: string;
  readonly mediaType: string;
  readonly name: string | undefined;
  readonly size: number;
  readonly #open: () => Promise<OpenBlob | undefined>;

  constructor({ id, mediaType, name, size }: OpenBlob["about"], open: () => Promise<OpenBlob | undefined>) {
    this.id = id;
    this.mediaType = mediaType;
    this.name = name;
    this.size = size;
    this.#open = open;
  }

  async bytes(): Promise<Uint8Array> {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for await (const piece of this.stream()) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  async *stream(): AsyncGenerator<Uint8Array> {
    const open = await this.#open();
    if (!open) throw new NotFoundError(`the blob ${this.id} is kept no more`);
    try {
      yield* open.read();
    } finally {
      await open.close();
    }
  }

  toJSON(): BlobJson {
    const { id, mediaType, name, size } = this;
    return { "benchd:blob": id, media_type: mediaType, size, ...(name !== undefined && { name }) };
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The blob that `value` is, or stands for in a record. */
export function blobIn(value: unknown): BlobJson | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof BlobHandle) return value.toJSON();
  const json = value as Partial<BlobJson>;
  return typeof json["benchd:blob"] === "string" && uuid.test(json["benchd:blob"]) ? (json as BlobJson) : undefined;
}

/** `value` with something else in place of each blob in it; itself where there is none. */
export function replaceBlobs(value: unknown, replace: (blob: BlobJson) => unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const blob = blobIn(value);
  if (blob) return replace(blob);
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (const [i, one] of value.entries()) {
      const replaced = replaceBlobs(one, replace);
      if (replaced === one) continue;
      copy ??= [...value];
      copy[i] = replaced;
    }
    return copy ?? value;
  }
  let copy: Record<string, unknown> | undefined;
  for (const [name, one] of Object.entries(value)) {
    const replaced = replaceBlobs(one, replace);
    if (replaced === one) continue;
    copy ??= { ...value };
    copy[name] = replaced;
  }
  return copy ?? value;
}

/** The blobs in `value`. */
export function blobsOf(value: unknown): readonly BlobJson[] {
  const found: BlobJson[] = [];
  replaceBlobs(value, (blob) => found.push(blob));
  return found;
}
