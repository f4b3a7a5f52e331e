import type { BlobValue } from "./blob.ts";
import { DefinitionError } from "./errors.ts";
import { type TSchema, Type } from "./typebox.ts";

const keyword = "benchd:blob";

interface BlobSchemaOptions {
  /** What is taken: `image/jpeg`, `image/*`; anything unless told. */
  readonly mediaType?: string;
  readonly title?: string;
  readonly description?: string;
}

const token = "[a-z0-9][a-z0-9!#$&^_.+-]*";
const wantedPattern = new RegExp(`^(\\*/\\*|${token}/(\\*|${token}))$`);

/**
 * The schema of a blob, in the input or the output of an action. Handlers return what `blob()` has made, and are given
 * what can be read; clients are told, and send, where it is: `{ href, media_type }`. Throws a `DefinitionError` for what is
 * no media type.
 *
 * @example actions: { snapshot: { title: "Take a picture", output: Blob({ mediaType: "image/jpeg" }) } }
 */
export function Blob({ mediaType = "*/*", title, description }: BlobSchemaOptions = {}) {
  if (!wantedPattern.test(mediaType))
    throw new DefinitionError(
      `a blob's mediaType is one such as "image/jpeg" or "image/*", in small letters and without parameters, not ${JSON.stringify(mediaType)}`,
    );
  const exact = !mediaType.includes("*");
  return Type.Unsafe<BlobValue>({
    type: "object",
    [keyword]: mediaType,
    ...(title !== undefined && { title }),
    description: description ?? `Bytes of ${mediaType}: fetch them from href.`,
    properties: {
      href: { title: "Href", type: "string", maxLength: 2000 },
      media_type: { title: "Media Type", type: "string", ...(exact && { const: mediaType, default: mediaType }) },
      rel: { title: "Rel", type: "string", const: "output", default: "output" },
      description: { title: "Description", type: "string" },
      size: { title: "Size, in bytes", type: "integer", minimum: 0 },
    },
    required: ["href", "media_type"],
    additionalProperties: true,
  });
}

/** Where a value holds a blob: a JSON pointer, and the media types that are taken there. */
export interface BlobPlace {
  readonly path: string;
  readonly value: unknown;
  readonly mediaTypes: readonly string[];
}

/** Whether values of that schema may hold blobs. */
export const holdsBlobs = (schema: TSchema | undefined): boolean =>
  schema !== undefined && JSON.stringify(schema).includes(`"${keyword}":`);

export const isBlobSchema = (schema: TSchema): boolean => keyword in schema;

/** Where `value`, which fits `schema`, holds blobs. */
export function blobPlaces(schema: TSchema, value: unknown): readonly BlobPlace[] {
  const found = new Map<string, BlobPlace>();
  const visit = (node: unknown, at: unknown, path: string): void => {
    if (typeof node !== "object" || node === null || typeof at !== "object" || at === null) return;
    const { properties, items, prefixItems, patternProperties, additionalProperties, ...rest } = node as Node;
    const wanted = rest[keyword];
    if (typeof wanted === "string" && "href" in at) {
      const mediaTypes = [...(found.get(path)?.mediaTypes ?? []), wanted];
      found.set(path, { path, value: at, mediaTypes });
      return;
    }
    for (const alternatives of [rest.anyOf, rest.oneOf, rest.allOf])
      for (const one of alternatives ?? []) visit(one, at, path);
    const tuple = prefixItems ?? (Array.isArray(items) ? items : undefined);
    const others = [...Object.values(patternProperties ?? {}), additionalProperties];
    for (const [name, below] of Object.entries(at)) {
      const schemas = Array.isArray(at) ? [tuple ? tuple[Number(name)] : items] : [properties?.[name] ?? others].flat();
      for (const one of schemas) visit(one, below, `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    }
  };
  visit(schema, value, "");
  return [...found.values()];
}

interface Node {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly items?: unknown;
  readonly prefixItems?: readonly unknown[];
  readonly patternProperties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly unknown[];
  readonly oneOf?: readonly unknown[];
  readonly allOf?: readonly unknown[];
  readonly [keyword]?: unknown;
}

/** Whether one of `wanted` takes `mediaType`, whatever its parameters are. */
export function takesMediaType(wanted: readonly string[], mediaType: string): boolean {
  const type = (mediaType.split(";", 1)[0] ?? "").trim().toLowerCase();
  return wanted.some(
    (one) => one === "*/*" || one === type || (one.endsWith("/*") && type.startsWith(one.slice(0, -1))),
  );
}
