import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { LaneFullError } from "../../errors.ts";
import type { Calibrations } from "../../experiment/calibration/calibrations.ts";
import { checkProcedure } from "../../experiment/procedure/check.ts";
import type { Procedure } from "../../experiment/procedure/procedure.ts";
import type { Runs } from "../../experiment/runs/runs.ts";
import { thingsOf } from "../../experiment/runs/steps-of.ts";
import { type Asked, unnamed } from "../../thing/action-calls.ts";
import type { Thing } from "../../thing/thing.ts";
import type { Config } from "../config/config.ts";
import type { DryRun, Forecast } from "./forecast.ts";
import { inThread } from "./in-thread.ts";
import { needed } from "./needed.ts";
import { objectionsTo } from "./objections.ts";
import { portable } from "./portable.ts";

interface Parts {
  /** As it is now. */
  config(): Config;
  readonly things: ReadonlyMap<string, Thing>;
  readonly runs: Pick<Runs, "objections">;
  readonly calibrations: Pick<Calibrations, "latest">;
  /** The process clock. */
  readonly clock: Clock;
  /** Of benchd. */
  readonly version: string;
  /** How one is done; in a thread of its own unless told. */
  readonly predict?: ((asked: DryRun) => Promise<Forecast>) | undefined;
}

/** One computes at a time; so many more may wait for that. */
const maxWaiting = 4;

/** So many forecasts are remembered, the latest. */
const maxRemembered = 100;

/** What procedures would come to on this bench, tried on a simulated one with the same configuration. */
export class DryRuns {
  readonly #parts: Parts;
  readonly #predict: (asked: DryRun) => Promise<Forecast>;
  /** How long a procedure was foretold to take, by what it is. */
  readonly #foretold = new Map<string, number>();
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#predict = parts.predict ?? ((asked) => inThread(asked, parts.clock));
  }

  /** How long it takes, if that was foretold not long ago; bench time, milliseconds. */
  expectedMs(procedure: Procedure): number | undefined {
    return this.#foretold.get(keyOf(procedure));
  }

  /** On whose behalf it would be run, `asked` says. Throws `LaneFullError` when too many wait, and `NotReadyError` when it came to nothing. */
  async forecast(procedure: Procedure, asked: Asked = unnamed): Promise<Forecast> {
    const { config, things, runs, calibrations, version } = this.#parts;
    const mistakes = checkProcedure(procedure, things);
    if (mistakes.length > 0) return { durationMs: 0, steps: [], mistakes };
    if (this.#count > maxWaiting)
      throw new LaneFullError(`${maxWaiting} dry runs wait for the one that is computed: try again when they are done`);
    this.#count++;
    const bench = portable(needed(config(), thingsOf(procedure)));
    const dryRun = { config: bench, procedure, calibrations: calibrations.latest, version };
    const forecast = this.#last.then(() => this.#predict(dryRun));
    this.#last = forecast.catch(() => {}).finally(() => this.#count--);
    const { mistakes: found, ...foretold } = await forecast;
    if (found.length === 0) this.#remember(procedure, foretold.durationMs);
    // The simulated bench is as if it had just been switched on; the one itself may be in other hands.
    const now = objectionsTo(procedure, runs, asked).filter((one) => found.every(({ step }) => step !== one.step));
    const here = now.map((one) => ({ ...one, message: `as the bench is now: ${one.message}` }));
    return { ...foretold, mistakes: [...found, ...here] };
  }

  #remember(procedure: Procedure, durationMs: number): void {
    const key = keyOf(procedure);
    this.#foretold.delete(key);
    this.#foretold.set(key, durationMs);
    const [oldest] = this.#foretold.keys();
    if (oldest !== undefined && this.#foretold.size > maxRemembered) this.#foretold.delete(oldest);
  }
}

/** The same text with the same parameters is the same procedure; these may be large. */
const keyOf = ({ sha256, parameters }: Procedure): string =>
  `${sha256} ${createHash("sha256").update(JSON.stringify(parameters)).digest("hex")}`;
