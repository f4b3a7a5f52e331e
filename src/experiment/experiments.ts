import type { Ground } from "./ground.ts";
import type { OpenPrompts } from "./prompts/open-prompts.ts";
import { Recordings } from "./recordings/recordings.ts";
import { Runs } from "./runs/runs.ts";

interface Parts {
  readonly prompts: OpenPrompts;
  readonly recordings: Recordings;
  readonly runs: Runs;
}

/** What is done with the Things of a bench over a longer time. */
export class Experiments {
  /** What actions ask of people, and how it is answered. */
  readonly prompts: OpenPrompts;
  /** What is written down of them, again and again. */
  readonly recordings: Recordings;
  /** Procedures that are gone through. */
  readonly runs: Runs;

  private constructor({ prompts, recordings, runs }: Parts) {
    this.prompts = prompts;
    this.recordings = recordings;
    this.runs = runs;
  }

  /** Before any Thing is opened: what the process before has left is read, and nothing is begun. */
  static async open(ground: Ground): Promise<Experiments> {
    const recordings = await Recordings.open(ground);
    return new Experiments({ prompts: ground.prompts, recordings, runs: new Runs(ground, recordings) });
  }

  /** Every Thing has been opened, or has failed to: what goes by itself may begin. */
  begin(): void {}

  /** Begin nothing more. What runs is ended with all other invocations. */
  end(): void {
    this.recordings.end();
  }

  /** After the last invocation has ended: what is still open is brought to an end in order. */
  async close(): Promise<void> {
    await this.recordings.close();
  }
}
