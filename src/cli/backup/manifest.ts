import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { StorageError } from "../../errors.ts";
import { validator } from "../../schema.ts";
import { type Static, Type } from "../../typebox.ts";

export const manifestName = "manifest.json";
/** Where the state is in a backup. */
export const stateName = "state";
/** Where the configuration is in a backup. */
export const configName = "benchd.yaml";

const maxFiles = 1_000_000;

const File = Type.Object({
  /** Seen from the backup, with `/` between folders. */
  path: Type.String({ minLength: 1, maxLength: 4096 }),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
});

/** What a backup says of itself, in `manifest.json`. */
const Manifest = Type.Object({
  format: Type.Literal("benchd-backup"),
  version: Type.Literal(1),
  /** The benchd that has made it. */
  benchd: Type.String({ maxLength: 100 }),
  /** When it was begun, by this machine's clock; RFC 3339. */
  at: Type.String({ maxLength: 100 }),
  /** Where its state was, and its configuration. */
  stateDirectory: Type.String({ maxLength: 4096 }),
  config: Type.Union([Type.String({ maxLength: 4096 }), Type.Null()]),
  files: Type.Array(File, { maxItems: maxFiles }),
});

export type Manifest = Static<typeof Manifest>;
export type BackedUpFile = Static<typeof File>;

const schema = validator(Manifest);

/** Throws `StorageError` for what is no backup, or one of a newer benchd. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, manifestName);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new StorageError(`${folder} is no backup: its ${manifestName} cannot be read`, { cause });
  });
  try {
    return schema.parse(JSON.parse(text), file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause;
    throw new StorageError(`${file} is no manifest of a backup that this benchd knows: ${why}`, { cause });
  }
}

export const bytesOf = (files: readonly BackedUpFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
