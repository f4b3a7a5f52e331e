import type { Calibration } from "../calibration.ts";
import { StorageError } from "../errors.ts";
import type { Backlog } from "./backlog.ts";
import type { Store } from "./store.ts";

interface Options {
  readonly backlog: Backlog;
  /** The file; undefined while there is none. */
  store(): Store | undefined;
  /** Resolves when it would be there after a power cut; rejects with `StorageError`. */
  keep(calibration: Calibration): Promise<void>;
}

/** More that could not be written are not kept: the oldest are lost. */
const maxUnwritten = 1000;

/** The calibrations in the journal's file, and those that are still to be written. */
export class KeptCalibrations {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Resolves when it would be there after a power cut; rejects with `StorageError`, and is tried again. */
  keep(calibration: Calibration): Promise<void> {
    const { backlog, keep } = this.#options;
    const [oldest] = backlog.calibrations.keys();
    if (oldest !== undefined && backlog.calibrations.size >= maxUnwritten) backlog.calibrations.delete(oldest);
    return keep(calibration);
  }

  /** The latest of each Thing, of twins or of real devices; undefined while nobody can read them. */
  latest(simulated: boolean): ReadonlyMap<string, Calibration> | undefined {
    const { backlog, store } = this.#options;
    const written = store()?.calibrations.latest(simulated);
    if (!written) return undefined;
    const fresh = [...backlog.calibrations.values()].filter((one) => (one.simulated ?? false) === simulated);
    return new Map([...written, ...fresh].map((one) => [one.thing, one]));
  }

  /** Of a Thing, newest first. Throws `StorageError` when they cannot be read. */
  page(thing: string, limit: number): readonly Calibration[] {
    const { backlog, store } = this.#options;
    const fresh = [...backlog.calibrations.values()].filter((one) => one.thing === thing).reverse();
    try {
      const written = store()?.calibrations.page(thing, limit) ?? [];
      const all = new Map([...fresh, ...written].map((one) => [one.id, one]));
      return [...all.values()].slice(0, limit);
    } catch (cause) {
      throw new StorageError("the calibrations cannot be read from the history", { cause });
    }
  }
}
