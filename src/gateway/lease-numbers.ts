import type { LogLevel } from "../context.ts";
import { StorageError } from "../errors.ts";
import type { StateFile } from "../journal/state-file.ts";

interface Options {
  readonly file: Pick<StateFile, "kept" | "read" | "write">;
  log(level: LogLevel, message: string): void;
}

/** So many numbers are made sure of on disk at a time: a lease waits for the disk now and then only. */
const numbersAhead = 100;

/** The numbers of leases: each is greater than any before it, also than those that earlier processes have given. */
export class LeaseNumbers {
  readonly #options: Options;
  #last = 0;
  /** The greatest number that may be given before the file has to be written again. */
  #ensured = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Go on where the last process was. If nobody knows, they go on from the time of day. */
  async restore(): Promise<void> {
    const { file, log } = this.#options;
    const read = await file.read();
    if (read.found === "nothing") return;
    const number = read.found === "value" ? (read.value as { readonly number?: unknown } | null)?.number : undefined;
    const known = typeof number === "number" && Number.isSafeInteger(number) && number >= 0;
    if (!known) log("error", "the numbers of leases could not be read, and go on from the time of day");
    this.#last = known ? number : Math.floor(Date.now() / 1000);
    this.#ensured = this.#last;
  }

  /** Throws `StorageError` where the next process could give it once more. */
  async next(): Promise<number> {
    const { file } = this.#options;
    const number = ++this.#last;
    if (!file.kept || number <= this.#ensured) return number;
    const ensured = number + numbersAhead;
    if (!(await file.write({ number: ensured })))
      throw new StorageError("the number of the lease could not be written to disk: free some space and try again");
    this.#ensured = Math.max(this.#ensured, ensured);
    return number;
  }
}
