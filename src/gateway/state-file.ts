import type { LogLevel } from "../context.ts";
import { type JsonFile, readJson, writeAtomically } from "../journal/atomic-file.ts";

/** A small file of the gateway's own that outlives the process; without a path nothing does. */
export class StateFile {
  readonly #path: string | undefined;
  readonly #log: (level: LogLevel, message: string) => void;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(path: string | undefined, log: (level: LogLevel, message: string) => void) {
    this.#path = path;
    this.#log = log;
  }

  /** Whether anything is kept at all. */
  get kept(): boolean {
    return this.#path !== undefined;
  }

  async read(): Promise<JsonFile> {
    return this.#path === undefined ? { found: "nothing" } : readJson(this.#path);
  }

  /** Replace what it holds, after what is being written already; whether the disk has it. Never rejects. */
  async write(value: unknown): Promise<boolean> {
    const path = this.#path;
    if (path === undefined) return false;
    const turn = this.#writing.then(() => writeAtomically(path, `${JSON.stringify(value)}\n`));
    this.#writing = turn.catch(() => {});
    try {
      await turn;
      return true;
    } catch (error) {
      this.#log("error", `${path} could not be written: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  }
}
