import { runAs } from "../context.ts";
import type { Call } from "./call.ts";
import type { Cause } from "./cause.ts";
import { execute } from "./execution.ts";
import type { Frame } from "./frame.ts";
import { climb } from "./ladder.ts";
import { release } from "./live.ts";
import { turn } from "./ticket.ts";

/** Property writes from outside, from the moment they wait for the lane to their end. They leave no record. */
export class Writes {
  readonly #underWay = new Map<Frame, Promise<void>>();

  get frames(): readonly Frame[] {
    return [...this.#underWay.keys()];
  }

  /** A write waits its turn for a second; then the error names who holds the lane. */
  async run(frame: Frame, call: Call, admit: () => void): Promise<void> {
    const writing = this.#write(frame, call, admit);
    this.#underWay.set(
      frame,
      writing.catch(() => {}),
    );
    await writing;
  }

  /** End them all by the ladder; resolves when they have ended. */
  end(cause: Cause, graceMs?: number): Promise<void> {
    return this.endOf(this.frames, cause, graceMs);
  }

  /** End some of them. */
  async endOf(frames: readonly Frame[], cause: Cause, graceMs?: number): Promise<void> {
    for (const frame of frames) climb(frame, cause, graceMs);
    await Promise.all(frames.map((frame) => this.#underWay.get(frame)));
  }

  async #write(frame: Frame, call: Call, admit: () => void): Promise<void> {
    try {
      await runAs(frame, () => turn(frame, call));
      admit();
      await execute(frame, call);
    } finally {
      this.#underWay.delete(frame);
      frame.settle();
      release(frame);
    }
  }
}
