import type { Timer } from "../src/clock.ts";
import { DiscreteClock, settled } from "../src/discrete-clock.ts";
import { RealWork } from "./real-work.ts";

/**
 * Virtual time that waits for the disk and for threads, so that a program runs the same each time however slow they are;
 * and that knows how many timers are set.
 */
export class SoakClock extends DiscreteClock {
  readonly #work = new RealWork();
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
    if (!this.#work.underWay) return;
    // What has come to its end may have begun something else by the next turn.
    for (let idle = 0; idle < 2; ) {
      await settled();
      idle = this.#work.underWay ? 0 : idle + 1;
    }
  }

  /** Nobody needs it any more. */
  end(): void {
    this.#work.end();
  }
}
