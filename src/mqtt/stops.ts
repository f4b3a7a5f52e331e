/** So many are asked at a time: what stops is quick, and waits for nothing. */
const maxUnderWay = 64;
/** Whoever presses a hundred times is told a few. */
const maxTold = 16;

interface Waiting<T> {
  readonly work: () => Promise<T>;
  readonly tell: ((told: T) => void)[];
}

/**
 * What stops something: begun at once, whatever else waits. In a flood, those that are the same and have not been begun are one:
 * each press counts, as something begins after it that stops what it was pressed for.
 */
export class Stops<T> {
  readonly #max: number;
  readonly #waiting = new Map<string, Waiting<T>>();
  #underWay = 0;

  /** `max`: so many may wait that differ. */
  constructor(max: number) {
    this.#max = max;
  }

  /** `work` and `tell` never fail. False when there is no room for one more; there is for what is the same as one that waits. */
  add(same: string, work: () => Promise<T>, tell: (told: T) => void): boolean {
    if (this.#underWay < maxUnderWay) {
      void this.#run({ work, tell: [tell] });
      return true;
    }
    const waiting = this.#waiting.get(same);
    if (waiting) {
      if (waiting.tell.length < maxTold) waiting.tell.push(tell);
      return true;
    }
    if (this.#waiting.size >= this.#max) return false;
    this.#waiting.set(same, { work, tell: [tell] });
    return true;
  }

  async #run({ work, tell }: Waiting<T>): Promise<void> {
    this.#underWay++;
    try {
      const told = await work();
      for (const one of tell) one(told);
    } finally {
      this.#underWay--;
      const [next] = this.#waiting;
      if (next) {
        this.#waiting.delete(next[0]);
        void this.#run(next[1]);
      }
    }
  }
}
