/** Specific heat of water, J/(g K). */
const specificHeat = 4.18;

/**
 * A vessel of water with a heater in it: the heater warms the water, the room cools it. A probe in it follows with a lag
 * of its own, which is the probe's business.
 */
export class Bath {
  /** W that reach the water. */
  power = 0;
  /** Temperature of the room, °C. */
  readonly ambient: number;
  readonly #mass: number;
  /** W lost per K above the room. */
  readonly #loss: number;
  #temperature: number;
  #at: number;

  constructor(now: number, { mass = 200, loss = 0.8, ambient = 21 } = {}) {
    this.#mass = mass;
    this.#loss = loss;
    this.ambient = ambient;
    this.#temperature = ambient;
    this.#at = now;
  }

  /** The temperature of the water at bench time `now`, °C. Ask before `power` is changed. */
  temperature(now: number): number {
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = Math.max(this.#at, now);
    // Where heating and cooling are in balance, approached exponentially.
    const final = this.ambient + this.power / this.#loss;
    const left = Math.exp((-seconds * this.#loss) / (this.#mass * specificHeat));
    this.#temperature = final + (this.#temperature - final) * left;
    return this.#temperature;
  }
}
