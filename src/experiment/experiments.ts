import type { Calibrations } from "./calibration/calibrations.ts";
import type { Ground } from "./ground.ts";
import { Procedures } from "./procedure/procedures.ts";
import type { OpenPrompts } from "./prompts/open-prompts.ts";
import { Recordings } from "./recordings/recordings.ts";
import { Runs } from "./runs/runs.ts";

interface Parts {
  readonly procedures: Procedures;
  readonly prompts: OpenPrompts;
  readonly recordings: Recordings;
  readonly runs: Runs;
  readonly calibrations: Calibrations;
}

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

  private constructor({ procedures, prompts, recordings, runs, calibrations }: Parts) {
    this.procedures = procedures;
    this.prompts = prompts;
    this.recordings = recordings;
    this.runs = runs;
    this.calibrations = calibrations;
  }

  /** Before any Thing is opened: what the process before has left is read, and nothing is begun. */
  static async open(ground: Ground): Promise<Experiments> {
    const procedures = await Procedures.open(ground);
    const recordings = await Recordings.open(ground);
    const { prompts, calibrations } = ground;
    return new Experiments({ procedures, prompts, recordings, runs: new Runs(ground, recordings), calibrations });
  }

  /** Every Thing has been opened, or has failed to: what goes by itself may begin. */
  begin(): void {
    this.calibrations.begin();
  }

  /** Begin nothing more. What runs is ended with all other invocations. */
  end(): void {
    this.recordings.end();
    this.calibrations.end();
  }

  /** After the last invocation has ended: what is still open is brought to an end in order. */
  async close(): Promise<void> {
    await this.recordings.close();
  }
}
