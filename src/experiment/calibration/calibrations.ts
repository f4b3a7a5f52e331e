import { randomUUID } from "node:crypto";
import { type Asker, named } from "../../asker.ts";
import {
  type Calibration,
  type CalibrationResult,
  type CalibrationState,
  isCleared,
  uncalibrated,
} from "../../calibration.ts";
import type { Clock, Timer } from "../../clock.ts";
import { InputError } from "../../errors.ts";
import type { Coalescer } from "../../events/coalescer.ts";
import type { Calibrating } from "../../invocation/calibrating.ts";
import type { Frame } from "../../invocation/frame.ts";
import type { Audit } from "../../journal/audit.ts";
import type { Thing } from "../../thing/thing.ts";
import { checkResult } from "./check.ts";
import { type CalibrationRule, judge } from "./validity.ts";

interface Store {
  keep(calibration: Calibration): Promise<void>;
  latest(simulated: boolean): ReadonlyMap<string, Calibration> | undefined;
  page(thing: string, limit: number): readonly Calibration[];
}

interface Options {
  readonly store: Store;
  /** What the configuration asks for, by Thing. */
  readonly rules: ReadonlyMap<string, CalibrationRule>;
  /** Filled by and by. */
  readonly things: ReadonlyMap<string, Thing>;
  readonly processClock: Clock;
  /** Every device is a twin: what they are calibrated to is no matter for the real ones, nor the other way round. */
  readonly simulated: boolean;
  /** Those that count at the start, where none is kept. */
  readonly known?: readonly Calibration[] | undefined;
  clockTrusted(): boolean;
  readonly audit: Audit;
  readonly events: Pick<Coalescer, "tell">;
}

/** What somebody has found by himself. */
export interface ByHand {
  readonly result: CalibrationResult;
  /** When, if it was not just now; and until when it holds. Wall clock, milliseconds. */
  readonly at?: number | undefined;
  readonly until?: number | undefined;
}

/** How often it is looked for what has expired; process time, milliseconds. */
const lookMs = 60_000;

/** The calibrations of a bench: the latest of each Thing, what it is worth, and those before it. */
export class Calibrations implements Calibrating {
  readonly #options: Options;
  #rules: Options["rules"];
  readonly #latest = new Map<string, Calibration>();
  /** Those that were kept since the start, and when they were found, in process time; undefined for what is dated. */
  readonly #foundAt = new Map<string, number | undefined>();
  /** By Thing, what was told last. */
  readonly #told = new Map<string, CalibrationState["validity"]>();
  #timer: Timer | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#rules = options.rules;
    for (const one of options.known ?? []) this.#latest.set(one.thing, one);
    this.load();
  }

  /** Take up what is kept; what has been found since the start is newer, and is kept again where the file is a new one. */
  load(): void {
    const { store, simulated } = this.#options;
    const kept = store.latest(simulated);
    if (!kept) return;
    for (const [thing, one] of kept) if (!this.#foundAt.has(thing)) this.#latest.set(thing, one);
    for (const [thing, one] of this.#latest) if (!kept.has(thing)) store.keep(one).catch(() => {});
  }

  /** The Things are open: tell from now on when one expires. */
  begin(): void {
    for (const thing of this.#options.things.keys()) this.#told.set(thing, this.of(thing).validity);
    this.#look();
  }

  end(): void {
    this.#timer?.cancel();
  }

  /** Go by these rules from now on; there may be other Things. How it stands now is told where that is another. */
  reconfigure(rules: Options["rules"]): void {
    this.#rules = rules;
    const { things } = this.#options;
    for (const thing of this.#told.keys()) if (!things.has(thing)) this.#told.delete(thing);
    for (const thing of things.keys()) {
      const told = this.#told.get(thing);
      if (told === undefined) this.#told.set(thing, this.of(thing).validity);
      else if (told !== this.of(thing).validity) this.#tell(thing);
    }
  }

  /** The latest of each Thing. */
  get latest(): readonly Calibration[] {
    return [...this.#latest.values()];
  }

  /** How it stands with a Thing's. */
  of(thing: string): CalibrationState {
    const { things, processClock, clockTrusted } = this.#options;
    const [found, rule] = [this.#latest.get(thing), this.#rules.get(thing)];
    if (!found && !rule) return uncalibrated;
    const since = this.#foundAt.get(thing);
    return judge(thing, found, {
      ...{ rule, now: Date.now(), clockTrusted: clockTrusted() },
      heldMs: since === undefined ? undefined : processClock.now() - since,
      device: things.get(thing)?.identity,
    });
  }

  /** Of a Thing, newest first, at most so many. Throws `StorageError` when they cannot be read. */
  history(thing: string, limit: number): readonly Calibration[] {
    return this.#options.store.page(thing, limit);
  }

  async calibrated(result: CalibrationResult, { thing, record }: Frame): Promise<void> {
    const checked = checkResult(result, "the calibration");
    const { id, requestedBy, requestedFrom: from } = record ?? {};
    const by = { name: requestedBy ?? thing, from };
    const made = this.#made(thing, checked, by, { ...(id !== undefined && { invocation: id }) });
    await this.#keep(made, by, this.#options.processClock.now());
  }

  /** Somebody writes down what he has found. Throws `InputError`; rejects with `StorageError`, and it counts all the same. */
  async record(thing: string, { result, at, until }: ByHand, by: Asker): Promise<Calibration> {
    const checked = checkResult(result, "the calibration");
    if (at !== undefined && this.#options.clockTrusted() && at > Date.now())
      throw new InputError("it cannot have been found in the future: look at its date again");
    const more = { ...(at !== undefined && { at }), ...(until !== undefined && { until }) };
    const made = this.#made(thing, checked, by, more);
    await this.#keep(made, by, at === undefined ? this.#options.processClock.now() : undefined);
    return made;
  }

  #made(thing: string, result: CalibrationResult, by: Asker, more: Partial<Calibration>): Calibration {
    const { things, simulated, clockTrusted } = this.#options;
    const { name, from } = named(by);
    const device = things.get(thing)?.identity;
    return {
      ...{ id: randomUUID(), thing, at: Date.now(), clockTrusted: clockTrusted(), by: name },
      ...{ ...(from !== undefined && { from }), ...(device && { device }), ...result, ...more },
      ...(simulated && { simulated }),
    };
  }

  async #keep(made: Calibration, by: Asker, foundAt: number | undefined): Promise<void> {
    const { store, audit } = this.#options;
    const { thing, points, invocation, incomplete } = made;
    this.#latest.set(thing, made);
    this.#foundAt.set(thing, foundAt);
    const found = `${points.length} ${points.length === 1 ? "point" : "points"}`;
    const detail = isCleared(made)
      ? "cleared"
      : found + (incomplete === undefined ? "" : `, incomplete: ${incomplete}`);
    const how = invocation === undefined ? " by hand" : "";
    audit.note({ by, what: "calibration.recorded", thing, detail: detail + how });
    this.#tell(thing);
    await store.keep(made);
  }

  #look(): void {
    this.#timer = this.#options.processClock.after(lookMs, () => {
      for (const [thing, told] of this.#told) if (this.of(thing).validity !== told) this.#tell(thing);
      this.#look();
    });
  }

  #tell(thing: string): void {
    const { current, validity, reason = null, expires } = this.of(thing);
    this.#told.set(thing, validity);
    const { id = null, by = null, at } = current ?? {};
    const calibration = { id, by, calibratedAt: timeOf(at), expires: timeOf(expires) };
    this.#options.events.tell({ kind: "calibration", thing, validity, reason, ...calibration }, [thing]);
  }
}

const timeOf = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
