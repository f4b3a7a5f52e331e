import type { BlobHandle, BlobOptions, BlobSource, BlobValue } from "../blob.ts";
import { DefinitionError } from "../errors.ts";
import type { Invocation } from "./invocation.ts";

/** Keeps what invocations make and use that is no JSON. */
export interface Blobs {
  /**
   * Make one, as a part of the work that calls. Throws `FencedError`, the cancel that comes meanwhile, `OutputError` for
   * one that is too large, `StorageError` where it cannot be kept; nothing of it stays then.
   */
  make(source: BlobSource, options: BlobOptions, maker: Maker): Promise<BlobValue>;
  find(id: string): BlobHandle | undefined;
  /** None of these goes before what this returns has been called. */
  hold(ids: readonly string[]): () => void;
}

/** The invocation that a blob belongs to. */
export type Maker = Pick<Invocation, "id" | "seq" | "clockTrusted">;

/** Where nothing keeps any. */
export const noBlobs: Blobs = {
  async make() {
    throw new DefinitionError("nothing keeps blobs here");
  },
  find: () => undefined,
  hold: () => () => {},
};
