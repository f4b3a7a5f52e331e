import { isDeepStrictEqual } from "node:util";
import { Alarms } from "./alarm/alarms.ts";
import type { Calibrations } from "./calibration/calibrations.ts";
import type { CalibrationRule } from "./calibration/validity.ts";
import type { Ground } from "./ground.ts";
import { Procedures } from "./procedure/procedures.ts";
import type { OpenPrompts } from "./prompts/open-prompts.ts";
import { ConfiguredRecording } from "./recordings/configured.ts";
import { Recordings } from "./recordings/recordings.ts";
import { Runs } from "./runs/runs.ts";
import { Schedules } from "./schedule/schedules.ts";
import { starter } from "./schedule/starter.ts";

interface Parts {
  readonly procedures: Procedures;
  readonly prompts: OpenPrompts;
  readonly recordings: Recordings;
  readonly configured: readonly ConfiguredRecording[];
  readonly runs: Runs;
  readonly calibrations: Calibrations;
  readonly schedules: Schedules;
  readonly alarms: Alarms;
}

/** What the configuration plans. */
export type Plans = Pick<Ground, "recordings" | "schedules" | "alarms" | "notifiers"> & {
  readonly calibrations: ReadonlyMap<string, CalibrationRule>;
};

/** Why a recording ends. */
const reloaded = "the configuration has changed";

/** What is done with the Things of a bench over a longer time. */
export class Experiments {
  /** What actions ask of people, and how it is answered. */
  readonly prompts: OpenPrompts;
  /** What is written down of them, again and again. */
  readonly recordings: Recordings;
  /** Procedures that are gone through. */
  readonly runs: Runs;
  /** Whether Things have been calibrated, and since when. */
  readonly calibrations: Calibrations;

  /** What can be gone through. */
  readonly procedures: Procedures;
  /** What begins by itself. */
  readonly schedules: Schedules;
  /** What people are told of. */
  readonly alarms: Alarms;

  #configured: readonly ConfiguredRecording[];
  readonly #ground: Ground;

  private constructor(
    ground: Ground,
    { procedures, prompts, recordings, configured, runs, calibrations, schedules, alarms }: Parts,
  ) {
    this.#ground = ground;
    this.procedures = procedures;
    this.prompts = prompts;
    this.recordings = recordings;
    this.#configured = configured;
    this.runs = runs;
    this.calibrations = calibrations;
    this.schedules = schedules;
    this.alarms = alarms;
  }

  /** Before any Thing is opened: what the process before has left is read, and nothing is begun. */
  static async open(ground: Ground): Promise<Experiments> {
    const { prompts, calibrations, state, things } = ground;
    const procedures = await Procedures.open(ground);
    const recordings = await Recordings.open(ground);
    const configured = ground.recordings.map((config) => new ConfiguredRecording({ ...ground, config, recordings }));
    const runs = new Runs(ground, recordings);
    const schedules = await Schedules.open({
      ...{ ...ground, configs: ground.schedules, file: state.file("schedules.json") },
      starter: starter({ things, procedures, runs }),
    });
    const alarms = await Alarms.open({ ...ground, configs: ground.alarms, file: state.file("alarms.json") });
    return new Experiments(ground, {
      procedures,
      prompts,
      recordings,
      configured,
      runs,
      calibrations,
      schedules,
      alarms,
    });
  }

  /** Every Thing has been opened, or has failed to: what goes by itself may begin. */
  begin(): void {
    this.calibrations.begin();
    for (const one of this.#configured) one.begin();
    this.alarms.begin();
    this.schedules.begin();
  }

  /** These Things are about to be closed: nothing is looked for or written down of them until `reconfigure`. */
  async pause(things: ReadonlySet<string>): Promise<void> {
    this.alarms.pause(things);
    const concerned = this.#configured.filter((one) => one.things.some((thing) => things.has(thing)));
    this.#configured = this.#configured.filter((one) => !concerned.includes(one));
    await Promise.all(concerned.map((one) => one.withdraw(reloaded)));
    await this.recordings.stopOn(things, reloaded);
  }

  /** Go by that from now on, with the Things there are now. What has not changed goes on. */
  reconfigure({ recordings, schedules, alarms, notifiers, calibrations }: Plans): void {
    this.calibrations.reconfigure(calibrations);
    this.alarms.reconfigure(alarms, notifiers);
    const goingOn = this.#configured.filter(({ config }) => recordings.some((one) => isDeepStrictEqual(one, config)));
    for (const one of this.#configured) if (!goingOn.includes(one)) void one.withdraw(reloaded);
    this.#configured = recordings.map((config) => {
      const known = goingOn.find((one) => isDeepStrictEqual(one.config, config));
      if (known) return known;
      const made = new ConfiguredRecording({ ...this.#ground, config, recordings: this.recordings });
      made.begin();
      return made;
    });
    this.schedules.reconfigure(schedules);
  }

  /** Begin nothing more. What runs is ended with all other invocations. */
  end(): void {
    this.schedules.end();
    this.alarms.end();
    for (const one of this.#configured) one.end();
    this.recordings.end();
    this.calibrations.end();
  }

  /** After the last invocation has ended: what is still open is brought to an end in order. */
  async close(): Promise<void> {
    await this.recordings.close();
    await this.alarms.close();
  }
}
