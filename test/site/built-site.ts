import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const build = fileURLToPath(new URL("../../site/build.js", import.meta.url));

/** The site as `npm run docs` makes it, in a folder of its own that `remove` takes away. */
export interface BuiltSite {
  readonly folder: string;
  /** Its files, from its root: `guide/http-api.html`. */
  readonly files: readonly string[];
  read(file: string): Promise<string>;
  /** One number for all that is in it. */
  digest(): Promise<string>;
  remove(): Promise<void>;
}

export async function buildSite(): Promise<BuiltSite> {
  const folder = await mkdtemp(join(tmpdir(), "benchd-site-"));
  await promisify(execFile)(process.execPath, [build, folder]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  files.sort();
  return {
    folder,
    files,
    read: (file) => readFile(join(folder, file), "utf8"),
    async digest() {
      const hash = createHash("sha256");
      for (const file of files) hash.update(file).update(await readFile(join(folder, file)));
      return hash.digest("hex");
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
