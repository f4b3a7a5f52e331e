import { mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../journal/atomic-file.ts";

/** What a shelf has of one version. */
export interface Kept {
  readonly version: number;
  /** None: it was removed, and its number is not given again. */
  readonly bytes: number;
  /** Wall clock, milliseconds. */
  readonly storedAt: number;
}

/** Where texts of procedures lie, by name and version. */
export interface Shelf {
  /** Everything there is, by name; versions in ascending order. */
  survey(): Promise<ReadonlyMap<string, readonly Kept[]>>;
  read(name: string, version: number): Promise<string>;
  /** Rejects when it is not on the disk. */
  write(name: string, version: number, text: string): Promise<void>;
  /** Leave nothing of it, or the mark that its number was given. */
  remove(name: string, version: number, marked: boolean): Promise<void>;
}

export const procedureName = /^[a-z][a-z0-9_-]{0,63}$/;
const fileName = /^([1-9]\d{0,6})\.yaml$/;

/** A folder of folders: `titration/3.yaml`, each text as it was stored, byte for byte. Other files are left alone. */
export class FolderShelf implements Shelf {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async survey(): Promise<ReadonlyMap<string, readonly Kept[]>> {
    const found = new Map<string, readonly Kept[]>();
    for (const entry of await readdir(this.#folder, { withFileTypes: true }).catch(noneWhereMissing))
      if (entry.isDirectory() && procedureName.test(entry.name))
        found.set(entry.name, await this.#versions(entry.name));
    return found;
  }

  async #versions(name: string): Promise<readonly Kept[]> {
    const versions: Kept[] = [];
    for (const file of await readdir(join(this.#folder, name))) {
      const [, version] = fileName.exec(file) ?? [];
      if (version === undefined) continue;
      const { size, mtimeMs } = await stat(join(this.#folder, name, file));
      versions.push({ version: Number(version), bytes: size, storedAt: mtimeMs });
    }
    return versions.sort((a, b) => a.version - b.version);
  }

  async read(name: string, version: number): Promise<string> {
    // What is no UTF-8 any more shows as such, and is told where it is read as a procedure.
    return readFile(this.#path(name, version), "utf8");
  }

  async write(name: string, version: number, text: string): Promise<void> {
    const made = await mkdir(join(this.#folder, name), { recursive: true, mode: 0o700 });
    await writeAtomically(this.#path(name, version), text);
    // A folder is on the disk when the one around it is.
    if (made !== undefined) await sync(this.#folder);
  }

  async remove(name: string, version: number, marked: boolean): Promise<void> {
    if (marked) await writeAtomically(this.#path(name, version), "");
    else await rm(this.#path(name, version), { force: true });
  }

  #path(name: string, version: number): string {
    return join(this.#folder, name, `${version}.yaml`);
  }
}

/** For a bench that keeps nothing. */
export class MemoryShelf implements Shelf {
  readonly #texts = new Map<string, string>();

  async survey(): Promise<ReadonlyMap<string, readonly Kept[]>> {
    return new Map();
  }
  async read(name: string, version: number): Promise<string> {
    return this.#texts.get(`${name}@${version}`) ?? "";
  }
  async write(name: string, version: number, text: string): Promise<void> {
    this.#texts.set(`${name}@${version}`, text);
  }
  async remove(name: string, version: number): Promise<void> {
    this.#texts.delete(`${name}@${version}`);
  }
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function noneWhereMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
