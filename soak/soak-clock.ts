import type { Timer } from "../src/clock.ts";
import { DiscreteClock, settled } from "../src/discrete-clock.ts";

/** Files that are being read or written. */
const filesAtWork = () => process.getActiveResourcesInfo().some((one) => /^(FSReq|CloseReq)/.test(one));

/**
 * Virtual time that waits for the disk, so that a program runs the same each time however slow the disk is; and that
 * knows how many timers are set.
 */
export class SoakClock extends DiscreteClock {
  #pending = 0;

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#pending;
  }

  override after(ms: number, run: () => void): Timer {
    let set = true;
    const over = () => {
      if (set) this.#pending--;
      set = false;
    };
    this.#pending++;
    const timer = super.after(ms, () => {
      over();
      run();
    });
    return {
      cancel() {
        over();
        timer.cancel();
      },
    };
  }

  override async step(): Promise<void> {
    await super.step();
    await this.rest();
  }

  override async advance(ms: number): Promise<void> {
    await this.rest();
    await super.advance(ms);
  }

  override async until<T>(work: Promise<T>, patienceMs?: number): Promise<T> {
    await this.rest();
    return super.until(work, patienceMs);
  }

  /** Let come to rest what goes on at this moment. */
  async rest(): Promise<void> {
    await settled();
    while (filesAtWork()) await settled();
  }
}
