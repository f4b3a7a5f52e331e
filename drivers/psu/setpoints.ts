import { DeviceFaultError, OperatedLocallyError } from "benchd/driver";
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
  readonly #told = new Map<Quantity, number>();

  constructor(scpi: Dialogue, resolution: number) {
    this.#scpi = scpi;
    this.#resolution = resolution;
  }

  async read(quantity: Quantity): Promise<number> {
    return numberOf(await this.#scpi.query(`${quantity}?`), `${quantity}?`);
  }

  async write(quantity: Quantity, value: number): Promise<void> {
    const { name, unit } = quantities[quantity];
    // Whatever happens on the way, what it now has is not known.
    this.#told.delete(quantity);
    await this.#scpi.command(`${quantity} ${value}`);
    const shown = await this.read(quantity);
    if (Math.abs(shown - value) > this.#resolution)
      throw new DeviceFaultError(`the supply shows a ${name} of ${shown} ${unit} after it was set to ${value} ${unit}`);
    this.#told.set(quantity, shown);
  }

  /** That both are what they were set to, before the output relies on it. Throws, and then takes what it finds. */
  async check(): Promise<void> {
    for (const [quantity, told] of [...this.#told]) {
      const shown = await this.read(quantity);
      if (Math.abs(shown - told) <= this.#resolution) continue;
      const { name, unit } = quantities[quantity];
      this.#told.delete(quantity);
      throw new OperatedLocallyError(
        `someone has changed the ${name}: it is ${shown} ${unit}, was set to ${told} ${unit}; write it again`,
      );
    }
  }

  forget(): void {
    this.#told.clear();
  }
}
