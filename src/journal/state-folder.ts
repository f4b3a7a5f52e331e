import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { StateFile } from "./state-file.ts";

interface Options {
  /** Undefined where nothing is kept. */
  readonly path: string | undefined;
  /** The process clock. */
  readonly clock: Clock;
  log(level: LogLevel, message: string): void;
}

/** What outlives the gateway. */
export class StateFolder {
  readonly #options: Options;
  readonly #files: StateFile[] = [];

  private constructor(options: Options) {
    this.#options = options;
  }

  /** Make it if need be, for nobody else on this machine to look into. */
  static async open(options: Options): Promise<StateFolder> {
    if (options.path !== undefined) await mkdir(options.path, { recursive: true, mode: 0o700 });
    return new StateFolder(options);
  }

  /** Where a file of that name is; undefined where nothing is kept. */
  path(name: string): string | undefined {
    const { path } = this.#options;
    return path === undefined ? undefined : join(path, name);
  }

  file(name: string): StateFile {
    const { clock, log } = this.#options;
    const file = new StateFile({ path: this.path(name), clock, log });
    this.#files.push(file);
    return file;
  }

  /** What has not been written by now is not. */
  close(): void {
    for (const file of this.#files) file.close();
  }
}
