import { type Chance, chance } from "../hardware-mocks/world/chance.ts";

/** Random choices that only a seed and a name decide: dropping one step of a program leaves the others as they are. */
export class Dice {
  readonly #random: Chance;

  constructor(seed: number, name: string) {
    this.#random = chance(seed, name);
    // The first numbers of neighbouring names are alike.
    for (let n = 0; n < 4; n++) this.#random();
  }

  /** Whether something that happens with this probability happens. */
  odds(probability: number): boolean {
    return this.#random() < probability;
  }

  real(low: number, high: number): number {
    return low + (high - low) * this.#random();
  }

  /** From `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return Math.floor(this.real(low, high + 1));
  }

  /** Throws for an empty list. */
  one<T>(list: readonly T[]): T {
    const chosen = list[this.whole(0, list.length - 1)];
    if (chosen === undefined && list.length === 0) throw new Error("there is nothing to choose from");
    return chosen as T;
  }

  /** By weight: twice the weight is chosen twice as often. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T {
    let left = this.real(
      0,
      list.reduce((sum, { weight }) => sum + weight, 0),
    );
    for (const one of list) {
      left -= one.weight;
      if (left < 0) return one;
    }
    return this.one(list);
  }
}
