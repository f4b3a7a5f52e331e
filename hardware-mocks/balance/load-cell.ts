import { between, type Chance } from "../world/chance.ts";

/** Grams of the last digit. */
export const digit = 0.001;
export const capacity = 220;
const settlingS = 0.25;
/** Nothing may have changed for this long before the balance calls a weight stable; ms. */
const calmMs = 800;
/** Near zero the balance takes slow changes for drift and follows them: this near, in g, and so fast, in g/s. */
const tracking = { within: 3 * digit, perS: 0.5 * digit };

/** What a balance feels: late, never quite still, and near zero not at all if it comes slowly. */
export class LoadCell {
  /** Whether zero tracking is switched on. */
  tracks = true;
  tare = 0;
  #zero = 0;
  #load = 0;
  #felt = 0;
  #at: number;
  #changedAt = Number.NEGATIVE_INFINITY;
  #draughtUntil = Number.NEGATIVE_INFINITY;
  readonly #random: Chance;

  constructor(now: number, random: Chance) {
    this.#at = now;
    this.#random = random;
  }

  /** The load changes by `grams` at `at`. */
  change(at: number, grams: number): void {
    this.pass(at);
    this.#load += grams;
    if (Math.abs(grams) > digit / 2) this.#changedAt = at;
  }

  draught(now: number, ms: number): void {
    this.#draughtUntil = now + ms;
  }

  /** Let time pass up to `now`. */
  pass(now: number): void {
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = Math.max(this.#at, now);
    this.#felt = this.#load + (this.#felt - this.#load) * Math.exp(-seconds / settlingS);
    const net = this.#felt - this.#zero - this.tare;
    if (this.tracks && Math.abs(net) <= tracking.within) {
      const followed = Math.min(Math.abs(net), tracking.perS * seconds);
      this.#zero += Math.sign(net) * followed;
    }
  }

  /** After `pass`. */
  get stable(): boolean {
    const calm = this.#at - this.#changedAt > calmMs && this.#at > this.#draughtUntil;
    return calm && Math.abs(this.#load - this.#felt) < digit / 2;
  }

  /** Too much, too little, or neither. */
  get excess(): "+" | "-" | undefined {
    if (this.#felt - this.#zero > capacity + 9 * digit) return "+";
    return this.#felt - this.#zero < -capacity / 10 ? "-" : undefined;
  }

  /** Net weight as the display would round it, with noise and drift; g. */
  reading(): number {
    const swing = this.#at > this.#draughtUntil ? 0.7 * digit : 30 * digit;
    const drift = digit * Math.sin(this.#at / 600_000);
    return this.#felt - this.#zero - this.tare + drift + between(this.#random, -swing, swing);
  }

  setTare(): void {
    this.tare = this.#felt - this.#zero;
  }

  setZero(): void {
    this.tare = 0;
    this.#zero = this.#felt;
  }

  /** What really lies on the pan; g. */
  get onPan(): number {
    return this.#load;
  }

  /** How far the felt load is from the zero; g. */
  get gross(): number {
    return this.#felt - this.#zero;
  }
}
