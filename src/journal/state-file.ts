import type { Clock, Timer } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { type JsonFile, readJson, writeAtomically } from "./atomic-file.ts";

interface Options {
  /** Undefined where nothing is kept. */
  readonly path: string | undefined;
  /** The process clock. */
  readonly clock: Clock;
  log(level: LogLevel, message: string): void;
}

/** How soon what could not be written is tried again; milliseconds. */
const retryMs = 2000;

/** Who is told whether the disk has something waits no longer for it; milliseconds. */
const patienceMs = 1500;

/** A small JSON file of the gateway's own, of which the next start has to know. */
export class StateFile {
  readonly #options: Options;
  #writing: Promise<unknown> = Promise.resolve();
  /** What has to be there and is not, as the disk has not taken it. */
  #owed: { readonly value: unknown } | undefined;
  #retry: Timer | undefined;
  #failing = false;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Whether anything is kept at all. */
  get kept(): boolean {
    return this.#options.path !== undefined;
  }

  async read(): Promise<JsonFile> {
    const { path } = this.#options;
    return path === undefined ? { found: "nothing" } : readJson(path);
  }

  /** Replace what it holds, after what is being written already; whether the disk has it. Never rejects. */
  async write(value: unknown): Promise<boolean> {
    const before = this.#owed;
    const written = await this.#inTurn(() => value);
    if (written) this.#settle(before);
    return written;
  }

  /**
   * As `write`, and when that fails again and again until the disk has it, or something newer. A disk that needs longer
   * than 1.5 s does not have it yet.
   */
  async keep(value: unknown): Promise<boolean> {
    if (!this.kept) return false;
    const owed = { value };
    this.#owed = owed;
    return new Promise((resolve) => {
      const late = this.#options.clock.after(patienceMs, () => resolve(false));
      void this.#inTurn(() => value).then((written) => {
        late.cancel();
        resolve(written);
        if (written) this.#settle(owed);
        this.#tryAgain();
      });
    });
  }

  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
  }

  /** Unless there is something newer by now. */
  #settle(owed: object | undefined): void {
    if (this.#owed === owed) this.#owed = undefined;
  }

  #tryAgain(): void {
    if (!this.#owed || this.#closed) return;
    this.#retry?.cancel();
    this.#retry = this.#options.clock.after(retryMs, () => {
      let tried = this.#owed;
      // Something else may be written first, and be what counts.
      const latest = () => {
        tried = this.#owed;
        return tried?.value;
      };
      void this.#inTurn(latest).then((written) => {
        if (written) this.#settle(tried);
        this.#tryAgain();
      });
    });
  }

  /** Said once when it fails, and once when it is over. */
  async #inTurn(value: () => unknown): Promise<boolean> {
    const { path, log } = this.#options;
    if (path === undefined) return false;
    const turn = this.#writing.then(async () => {
      const content = value();
      if (content !== undefined) await writeAtomically(path, `${JSON.stringify(content)}\n`);
    });
    this.#writing = turn.catch(() => {});
    try {
      await turn;
      if (this.#failing) log("info", `${path} can be written again`);
      this.#failing = false;
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      if (!this.#failing) log("error", `${path} could not be written: ${why}`);
      this.#failing = true;
      return false;
    }
  }
}
