import type { Clock } from "../../clock.ts";
import { LaneFullError } from "../../errors.ts";
import { checkProcedure } from "../../experiment/procedure/check.ts";
import type { Procedure } from "../../experiment/procedure/procedure.ts";
import { thingsOf } from "../../experiment/runs/steps-of.ts";
import type { Thing } from "../../thing/thing.ts";
import type { Config } from "../config/config.ts";
import type { DryRun, Forecast } from "./forecast.ts";
import { inThread } from "./in-thread.ts";
import { needed } from "./needed.ts";
import { portable } from "./portable.ts";

interface Parts {
  readonly config: Config;
  readonly things: ReadonlyMap<string, Thing>;
  /** The process clock. */
  readonly clock: Clock;
  /** Of benchd. */
  readonly version: string;
  /** How one is done; in a thread of its own unless told. */
  readonly predict?: ((asked: DryRun) => Promise<Forecast>) | undefined;
}

/** One computes at a time; so many more may wait for that. */
const maxWaiting = 4;

/** What procedures would come to on this bench, tried on a simulated one with the same configuration. */
export class DryRuns {
  readonly #parts: Parts;
  readonly #predict: (asked: DryRun) => Promise<Forecast>;
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#predict = parts.predict ?? ((asked) => inThread(asked, parts.clock));
  }

  /** Throws `LaneFullError` when too many wait, and `NotReadyError` when it came to nothing. */
  async forecast(procedure: Procedure): Promise<Forecast> {
    const { config, things, version } = this.#parts;
    const mistakes = checkProcedure(procedure, things);
    if (mistakes.length > 0) return { durationMs: 0, steps: [], mistakes };
    if (this.#count > maxWaiting)
      throw new LaneFullError(`${maxWaiting} dry runs wait for the one that is computed: try again when they are done`);
    this.#count++;
    const asked = { config: portable(needed(config, thingsOf(procedure))), procedure, version };
    const forecast = this.#last.then(() => this.#predict(asked));
    this.#last = forecast.catch(() => {}).finally(() => this.#count--);
    return forecast;
  }
}
