export interface ControllerOptions {
  /** Full power is asked for when it is colder than the setpoint by this; K. */
  readonly proportionalBand: number;
  /** The slower the vessel, the longer; s. */
  readonly integralTime: number;
}

/** Proportional and integral, from 0 to 1; the integral does not wind up while the heater is at one of its ends. */
export class Controller {
  readonly #options: ControllerOptions;
  #integral = 0;

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  reset(): void {
    this.#integral = 0;
  }

  /** The share of full power for an `error` (setpoint - temperature, in K) that has lasted for `seconds`. */
  power(error: number, seconds: number): number {
    const { proportionalBand, integralTime } = this.#options;
    const proportional = error / proportionalBand;
    const wanted = proportional + this.#integral;
    const useful = error > 0 ? wanted < 1 : wanted > 0;
    if (useful) this.#integral = between0And1(this.#integral + (proportional * seconds) / integralTime);
    return between0And1(proportional + this.#integral);
  }
}

const between0And1 = (value: number) => Math.min(1, Math.max(0, value));
