import type { OpenBlob } from "../../blob.ts";

/** Browsers show them, and nothing in them runs. SVG is no picture in this sense, but a document. */
const shown: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

const extensions: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/tiff": "tif",
  "text/plain": "txt",
  "text/csv": "csv",
  "application/json": "json",
  "application/zip": "zip",
};

/** `Content-Disposition` of a blob: a file to be saved, under a name that is nothing but a name. */
export function dispositionOf({ id, mediaType, name }: OpenBlob["about"]): string {
  const type = (mediaType.split(";", 1)[0] ?? "").toLowerCase();
  const called = nameOf(name) ?? `${id}.${extensions[type] ?? "bin"}`;
  const plain = called.replaceAll(/[^A-Za-z0-9._-]/g, "_");
  const encoded = encodeURIComponent(called).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  const full = plain === called ? "" : `; filename*=UTF-8''${encoded}`;
  return `${shown.has(type) ? "inline" : "attachment"}; filename="${plain}"${full}`;
}

/** No path, no control characters, nothing hidden, and no half of a pair. */
function nameOf(name: string | undefined): string | undefined {
  const bare = name
    ?.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .replaceAll(/[/\\:]/g, "_")
    .replace(/^[.\s]+/, "")
    .trim();
  return bare === "" ? undefined : bare;
}

/** As LabThings, texts are in UTF-8 unless they say otherwise. */
export const contentTypeOf = ({ mediaType }: OpenBlob["about"]): string =>
  mediaType.startsWith("text/") && !/;\s*charset=/i.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType;
