import { type Clock, realClock } from "../../clock.ts";
import { FailedStarts } from "../../gateway/failed-starts.ts";

/** A start that has lasted so long is none that fails. */
const provenMs = 60_000;

interface AttemptsOptions {
  /** Where the starts are counted; undefined when nothing is kept. */
  readonly stateDirectory: string | undefined;
  /** After so many that have failed in a row, nothing is opened; undefined for never. */
  readonly limit: number | undefined;
  readonly clock?: Clock;
  warn(message: string): void;
}

/** This start among those before it. */
export class Attempts {
  /** Why nothing is to be opened this time. */
  readonly safeMode: string | undefined;
  readonly #starts: FailedStarts | undefined;
  readonly #clock: Clock;
  readonly #warn: (message: string) => void;

  private constructor({ clock = realClock, warn, limit }: AttemptsOptions, starts: FailedStarts | undefined) {
    this.#starts = starts;
    this.#clock = clock;
    this.#warn = warn;
    this.safeMode = limit === undefined ? undefined : explained(limit, starts);
  }

  /** Look at the starts before, and count this one before anything is opened. */
  static async count(options: AttemptsOptions): Promise<Attempts> {
    const { stateDirectory, limit } = options;
    const counts = stateDirectory !== undefined && limit !== undefined;
    const attempts = new Attempts(options, counts ? await readStarts(stateDirectory, options) : undefined);
    if (attempts.safeMode === undefined) await attempts.#keep((starts) => starts.begin());
    return attempts;
  }

  /** It listens. Returns how to stop waiting for it to have lasted. */
  listening(): () => void {
    if (this.safeMode !== undefined) return () => {};
    const timer = this.#clock.after(provenMs, () => void this.#keep((starts) => starts.succeeded()));
    return () => timer.cancel();
  }

  /** It has ended, as asked: also out of safe mode, that is how it is left. */
  endedAsAsked(): Promise<void> {
    return this.#keep((starts) => starts.succeeded());
  }

  async failed(error: unknown): Promise<void> {
    if (this.safeMode === undefined) await this.#keep((starts) => starts.because(error));
  }

  /** A full disk keeps nobody from starting. */
  async #keep(act: (starts: FailedStarts) => Promise<void>): Promise<void> {
    try {
      if (this.#starts) await act(this.#starts);
    } catch (error) {
      this.#warn(uncounted(error));
    }
  }
}

/** Undefined for starts that nobody can count, which is told. */
const readStarts = (folder: string, { warn }: AttemptsOptions): Promise<FailedStarts | undefined> =>
  FailedStarts.read(folder).catch((error: unknown) => void warn(uncounted(error)));

const uncounted = (error: unknown) => `the starts cannot be counted: ${error instanceof Error ? error.message : error}`;

function explained(limit: number, starts: FailedStarts | undefined): string | undefined {
  if (limit > 0 && (starts?.failed ?? 0) < limit) return undefined;
  const why = starts && starts.failed >= Math.max(1, limit) ? starts.summary : "It was asked for: --safe-mode-after 0";
  return `safe mode, no device is open. ${why}. Mend that, then restart benchd: \`sudo systemctl restart benchd\``;
}
