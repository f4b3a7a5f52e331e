/** What a value leads to, and where that is on this gateway. */
export interface BlobLink {
  /** Where in the value it stands, in words; "" for all of it. */
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly size: number | undefined;
}

/** Pictures that a browser shows, whatever they are called. */
const pictures = /^image\/(jpeg|png|gif|webp)$/;
/** Larger ones are fetched when somebody wants to see them; bytes. */
const maxShown = 8_000_000;
const maxBlobs = 20;

export const isPicture = ({ type, size = 0 }: BlobLink): boolean => pictures.test(type) && size <= maxShown;

/** The blobs in an output. Only their ids count: nothing is fetched from elsewhere. */
export function blobsIn(value: unknown, name = "", found: BlobLink[] = [], depth = 0): readonly BlobLink[] {
  if (typeof value !== "object" || value === null || depth > 6 || found.length >= maxBlobs) return found;
  const { href, media_type: type, size } = value as Readonly<Record<string, unknown>>;
  const path = typeof href === "string" && typeof type === "string" ? blobPath(href) : undefined;
  if (path !== undefined)
    found.push({ name, path, type: String(type), size: typeof size === "number" ? size : undefined });
  else
    for (const [key, below] of Object.entries(value).slice(0, 1000))
      blobsIn(below, name === "" ? key : `${name} ${key}`, found, depth + 1);
  return found;
}

function blobPath(href: string): string | undefined {
  return /^(?:https?:\/\/[^/]*)?((?:\/[\w.~-]+)*\/blob\/[\w-]+)$/.exec(href.slice(0, 2000))?.[1];
}
