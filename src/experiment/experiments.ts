import type { Ground } from "./ground.ts";
import type { OpenPrompts } from "./prompts/open-prompts.ts";

/** What is done with the Things of a bench over a longer time. */
export class Experiments {
  /** What actions ask of people, and how it is answered. */
  readonly prompts: OpenPrompts;

  private constructor({ prompts }: Ground) {
    this.prompts = prompts;
  }

  /** Before any Thing is opened: what the process before has left is read, and nothing is begun. */
  static async open(ground: Ground): Promise<Experiments> {
    return new Experiments(ground);
  }

  /** Every Thing has been opened, or has failed to: what goes by itself may begin. */
  begin(): void {}

  /** Begin nothing more. What runs is ended with all other invocations. */
  end(): void {}

  /** After the last invocation has ended: what is still open is brought to an end in order. */
  async close(): Promise<void> {}
}
