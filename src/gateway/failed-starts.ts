import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readJson, writeAtomically } from "../journal/atomic-file.ts";

/** What is known of the starts before this one. */
interface Starts {
  readonly failed: number;
  /** The wall clock, as RFC 3339. */
  readonly at: string;
  readonly why: string;
}

const none: Starts = { failed: 0, at: "", why: "" };

/** Counts the starts in a row that came to nothing, in a file: a process that is killed cannot say so any more. */
export class FailedStarts {
  readonly #file: string;
  #record: Starts;

  private constructor(file: string, record: Starts) {
    this.#file = file;
    this.#record = record;
  }

  /** What the starts before have left in the state directory; a file that cannot be read counts for nothing. */
  static async read(folder: string): Promise<FailedStarts> {
    const file = join(folder, "starts.json");
    const read = await readJson(file);
    return new FailedStarts(file, read.found === "value" ? recordOf(read.value) : none);
  }

  get failed(): number {
    return this.#record.failed;
  }

  /** In words, for those who wonder why nothing moves. */
  get summary(): string {
    const { failed, at, why } = this.#record;
    return `${failed} starts in a row have failed, the last at ${at}: ${why}`;
  }

  /** Before anything is opened: counts this start as failed until it has succeeded. */
  begin(now = new Date()): Promise<void> {
    const why =
      "it was killed or crashed before it had run for a minute, or took too long; `journalctl -u benchd` tells";
    return this.#write({ failed: this.failed + 1, at: now.toISOString(), why });
  }

  /** Why this one fails, where there is still somebody to say it. */
  because(error: unknown): Promise<void> {
    const why = error instanceof Error ? error.message : String(error);
    return this.#write({ ...this.#record, why: why.slice(0, 500) });
  }

  /** It has run for long enough, or was ended as asked: the next start is the first again. */
  async succeeded(): Promise<void> {
    this.#record = none;
    await rm(this.#file, { force: true });
  }

  async #write(record: Starts): Promise<void> {
    this.#record = record;
    await writeAtomically(this.#file, `${JSON.stringify(record)}\n`);
  }
}

function recordOf(value: unknown): Starts {
  const { failed, at, why } = (value ?? {}) as Partial<Record<keyof Starts, unknown>>;
  if (!Number.isInteger(failed) || Number(failed) < 0) return none;
  return { failed: Number(failed), at: String(at ?? ""), why: String(why ?? "") };
}
