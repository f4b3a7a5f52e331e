import { type BlobJson, replaceBlobs } from "../../blob.ts";
import type { Base } from "../invocation-json.ts";

const blobUrl = ({ origin, prefix }: Base, id: string) => `${origin}${prefix}/blob/${id}`;

/** A value with its blobs as LabThings tells of them: where to fetch each. */
export const withHrefs = (value: unknown, base: Base): unknown => replaceBlobs(value, (blob) => blobJson(blob, base));

const blobJson = ({ "benchd:blob": id, media_type, size }: BlobJson, base: Base) => ({
  href: blobUrl(base, id),
  media_type,
  rel: "output",
  description: "These are bytes and no JSON: fetch them from href.",
  size,
});
