import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mark } from "./files.ts";

interface WriterOptions {
  /** Before every path; empty on the machine itself. */
  readonly root: string;
  /** Change nothing. */
  readonly dryRun: boolean;
  /** What was done, or would be. */
  tell(line: string): void;
}

/** Puts files where the system looks for them, and takes them away again; what it did not write itself it sets aside. */
export class Writer {
  readonly #options: WriterOptions;
  /** Whether anything has changed. */
  changed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async write(path: string, text: string): Promise<void> {
    const { root, dryRun, tell } = this.#options;
    const file = join(root, path);
    const before = await textOf(file);
    if (before === text) return tell(`unchanged ${file}`);
    this.changed = true;
    if (dryRun) return tell(`would write ${file}:\n${text.replaceAll(/^(?=.)/gm, "    ")}`);
    if (before !== undefined && !before.startsWith(mark)) await this.#setAside(file);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, text);
    await chmod(`${file}.new`, 0o644);
    await rename(`${file}.new`, file);
    tell(`${before === undefined ? "wrote" : "changed"} ${file}`);
  }

  /** Only if it is ours. */
  async remove(path: string): Promise<void> {
    const { root, dryRun, tell } = this.#options;
    const file = join(root, path);
    const before = await textOf(file);
    if (before === undefined) return;
    if (!before.startsWith(mark)) return tell(`left ${file} alone: benchd has not written it`);
    this.changed = true;
    if (dryRun) return tell(`would remove ${file}`);
    await rm(file);
    tell(`removed ${file}`);
  }

  async #setAside(file: string): Promise<void> {
    await rename(file, `${file}.before`);
    this.#options.tell(`kept what was there as ${file}.before`);
  }
}

const textOf = (file: string) =>
  readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
