/** Dissociation constant of acetic acid, and the ion product of water; mol/L and its square. */
const acidity = 1.75e-5;
const water = 1.0e-14;
/** Caustic soda, mol/L. */
const titrant = 0.1;
/** mL in the tube after it was rinsed: what lands first is only water, which is why a tube is primed. */
const rinse = 0.5;

/**
 * The beaker on the pan: 50 mL with 0.51 mmol of acetic acid, and whatever a pump drips into it, caustic soda. 5.1 mL of it
 * neutralise the acid. It is stirred well, and its glass is part of what the balance calls zero.
 */
export class Beaker {
  /** mL of titrant and rinse that have landed in it. */
  #landed = 0;
  readonly #listeners: ((at: number, ph: number) => void)[] = [];
  readonly #volume: number;
  readonly #acid: number;

  /** mL, and mmol of acid in them. */
  constructor({ volume = 50, acid = 0.51 } = {}) {
    this.#volume = volume;
    this.#acid = acid;
  }

  /** Whoever measures in it: told when it changes, in the order of time, and what its pH is from then on. */
  onChange(listener: (at: number, ph: number) => void): void {
    this.#listeners.push(listener);
  }

  /** A drop of `volume` mL lands at `at`, in ms. */
  add(at: number, volume: number): void {
    this.#landed += volume;
    this.#tell(at);
  }

  /** Somebody puts a fresh sample in its place. */
  renew(at: number): void {
    // The tube is still full of titrant.
    this.#landed = Math.min(this.#landed, rinse);
    this.#tell(at);
  }

  get ph(): number {
    const volume = this.#volume + this.#landed;
    const sodium = (Math.max(0, this.#landed - rinse) * titrant) / volume;
    return phOf(sodium, this.#acid / volume);
  }

  #tell(at: number): void {
    for (const listener of this.#listeners) listener(at, this.ph);
  }
}

/** Where the charges are in balance, `Na⁺ + H⁺ = OH⁻ + Ac⁻`; concentrations in mol/L. */
function phOf(sodium: number, acid: number): number {
  let low = 0;
  let high = 14;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const hydrogen = 10 ** -middle;
    const charge = sodium + hydrogen - water / hydrogen - (acid * acidity) / (acidity + hydrogen);
    if (charge > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
