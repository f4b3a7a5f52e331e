import { DeviceFaultError, InputError, OperatedLocallyError } from "benchd/driver";
import type { Dialogue } from "../scpi/dialogue.ts";
import { numberOf } from "../scpi/numbers.ts";

/** What is set, and in which unit. */
const quantities = {
  VOLT: { name: "voltage", unit: "V" },
  CURR: { name: "current", unit: "A" },
} as const;
export type Quantity = keyof typeof quantities;

/** The two setpoints: told, read back, and remembered, so that a change by somebody else is seen before it matters. */
export class Setpoints {
  readonly #scpi: Dialogue;
  /** How finely the supply keeps them; V and A. */
  readonly #resolution: number;
  readonly #limits: Readonly<Record<Quantity, number>>;
  readonly #told = new Map<Quantity, number>();

  constructor(scpi: Dialogue, resolution: number, limits: Readonly<Record<Quantity, number>>) {
    this.#scpi = scpi;
    this.#resolution = resolution;
    this.#limits = limits;
  }

  /** Throws `InputError` for what is out of the limits of the configuration. */
  refuse(quantity: Quantity, value: number): void {
    const { unit } = quantities[quantity];
    const limit = this.#limits[quantity];
    if (value < 0 || value > limit) throw new InputError(`${value} ${unit} is not between 0 and ${limit} ${unit}`);
  }

  async read(quantity: Quantity): Promise<number> {
    return numberOf(await this.#scpi.query(`${quantity}?`), `${quantity}?`);
  }

  async write(quantity: Quantity, value: number): Promise<void> {
    this.refuse(quantity, value);
    const { name, unit } = quantities[quantity];
    // Whatever happens on the way, what it now has is not known.
    this.#told.delete(quantity);
    await this.#scpi.command(`${quantity} ${value}`);
    const shown = await this.read(quantity);
    if (Math.abs(shown - value) > this.#resolution)
      throw new DeviceFaultError(`the supply shows a ${name} of ${shown} ${unit} after it was set to ${value} ${unit}`);
    this.#told.set(quantity, shown);
  }

  /** That both are what they were set to, and within limits, before the output relies on it. Throws, and then takes what it finds. */
  async check(): Promise<void> {
    for (const quantity of ["VOLT", "CURR"] as const) {
      const { name, unit } = quantities[quantity];
      const told = this.#told.get(quantity);
      const limit = this.#limits[quantity];
      const shown = await this.read(quantity);
      if (told !== undefined && Math.abs(shown - told) > this.#resolution) {
        this.#told.delete(quantity);
        throw new OperatedLocallyError(
          `someone has changed the ${name}: it is ${shown} ${unit}, was set to ${told} ${unit}; write it again`,
        );
      }
      if (shown > limit + this.#resolution)
        throw new DeviceFaultError(
          `the ${name} is set to ${shown} ${unit}, which is more than the limit of ${limit} ${unit}: write "${name}"`,
        );
    }
  }

  forget(): void {
    this.#told.clear();
  }
}
