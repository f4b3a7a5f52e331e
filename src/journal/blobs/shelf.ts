/** What is told of a blob beside its bytes. */
export interface BlobAbout {
  readonly id: string;
  readonly mediaType: string;
  readonly name: string | undefined;
  readonly size: number;
  /** When it was made; wall clock, milliseconds. */
  readonly at: number;
  /** Whether the wall clock was known to be right then. */
  readonly clockTrusted: boolean;
  /** The invocation that it belongs to, and its number. */
  readonly invocation: string;
  readonly seq: number;
}

/** One that is being written, and is not there yet. Throws `StorageError` where it cannot be. */
export interface BlobDraft {
  write(piece: Uint8Array): Promise<void>;
  /** It is there, all of it, from one moment to the next. */
  publish(about: BlobAbout): Promise<void>;
  /** Nothing of it stays, also after it was published; never rejects. */
  discard(): Promise<void>;
}

/** The bytes of one that was there when it was opened. */
export interface BlobBytes {
  read(start: number, end: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Where the bytes of blobs are. */
export interface Shelf {
  draft(id: string): BlobDraft;
  /** Undefined when it is not there, or not whole; rejects with `StorageError` when it cannot be read now. */
  open(about: BlobAbout): Promise<BlobBytes | undefined>;
  /** Rejects with `StorageError` when it stays. */
  remove(id: string): Promise<void>;
}
