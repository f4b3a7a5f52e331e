import type { Ground } from "./ground.ts";

/** What is done with the Things of a bench over a longer time. */
export class Experiments {
  /** Before any Thing is opened: what the process before has left is read, and nothing is begun. */
  static async open(_ground: Ground): Promise<Experiments> {
    return new Experiments();
  }

  /** Every Thing has been opened, or has failed to: what goes by itself may begin. */
  begin(): void {}

  /** Begin nothing more. What runs is ended with all other invocations. */
  end(): void {}

  /** After the last invocation has ended: what is still open is brought to an end in order. */
  async close(): Promise<void> {}
}
