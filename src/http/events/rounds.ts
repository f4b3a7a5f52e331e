import type { Clock, Timer } from "../../clock.ts";

interface RoundsOptions<One> {
  readonly clock: Clock;
  /** Who there is now. */
  all(): Iterable<One>;
  isDue(one: One): boolean;
  /** Returns how many bytes it was sent. */
  serve(one: One): number;
  /** A round is over. */
  over(): void;
}

/** So many are served, and so much is sent, before others have their turn. */
const sliceCount = 20;
const sliceBytes = 256 * 1024;
/** After a round there is a rest, so many times as long: others need the event loop, too. */
const restShare = 4;
/** However long a busy machine has kept us from it. */
const maxRestMs = 100;

/** Serves many in rounds, a few at a time, so that nothing else has to wait for long. */
export class Rounds<One> {
  readonly #options: RoundsOptions<One>;
  /** Those of this round that have not been looked at. */
  #left: One[] = [];
  #underWay = false;
  /** Something is to be sent that this round may have missed. */
  #again = false;
  #busyMs = 0;
  #rest: Timer | undefined;

  constructor(options: RoundsOptions<One>) {
    this.#options = options;
  }

  /** Somebody may be due now. */
  soon(): void {
    this.#again = true;
    if (this.#underWay) return;
    this.#underWay = true;
    setImmediate(this.#begin);
  }

  /** There is nobody left. */
  stop(): void {
    this.#again = false;
    if (!this.#rest) return;
    this.#rest.cancel();
    this.#rest = undefined;
    this.#underWay = false;
  }

  readonly #begin = () => {
    this.#rest = undefined;
    this.#again = false;
    this.#busyMs = 0;
    this.#left = [...this.#options.all()];
    this.#slice();
  };

  readonly #slice = () => {
    const { clock, isDue, serve } = this.#options;
    const from = clock.now();
    let bytes = 0;
    for (let served = 0; served < sliceCount && bytes < sliceBytes && this.#left.length > 0; ) {
      const one = this.#left.pop();
      if (one === undefined || !isDue(one)) continue;
      bytes += serve(one);
      served++;
    }
    // What is written in a turn goes to the system together at its end.
    process.nextTick(() => {
      this.#busyMs += clock.now() - from;
      if (this.#left.length > 0) setImmediate(this.#slice);
      else this.#end();
    });
  };

  #end(): void {
    this.#options.over();
    const restMs = Math.min(maxRestMs, restShare * this.#busyMs);
    this.#underWay = this.#again;
    if (!this.#again) return;
    // A timer takes a millisecond at least.
    if (restMs < 1) setImmediate(this.#begin);
    else this.#rest = this.#options.clock.after(restMs, this.#begin);
  }
}
