import { DeviceFaultError, log } from "benchd/driver";
import type { Dialogue } from "../scpi/dialogue.ts";
import { booleanOf, numberOf, overload } from "../scpi/numbers.ts";
import type { Quantity } from "./setpoints.ts";

const names = { VOLT: "measured_voltage", CURR: "measured_current" } as const;

/** What the supply measures, and what it guards. */
export class Meter {
  readonly #scpi: Dialogue;
  /** The protections it has. */
  readonly #protections: readonly ("voltage" | "current")[];
  /** Why a quantity cannot be told, while it cannot. */
  readonly #unavailable = new Map<string, string>();

  constructor(scpi: Dialogue, protections: readonly ("voltage" | "current")[]) {
    this.#scpi = scpi;
    this.#protections = protections;
  }

  /** Null when the supply says that it cannot tell; V or A. */
  async measured(quantity: Quantity): Promise<number | null> {
    const question = `MEAS:${quantity}?`;
    const name = names[quantity];
    const value = numberOf(await this.#scpi.query(question), question);
    const why = overload(value);
    if (why === undefined) {
      this.#unavailable.delete(name);
      return value;
    }
    if (!this.#unavailable.has(name)) log.warning(`${name} cannot be told: ${why}`);
    this.#unavailable.set(name, why);
    return null;
  }

  async protection() {
    return {
      overVoltage: await this.#tripped("voltage", "VOLT:PROT:TRIP?"),
      overCurrent: await this.#tripped("current", "CURR:PROT:TRIP?"),
    };
  }

  /** Throws when a protection has tripped: the output is off. */
  async checkProtection(): Promise<void> {
    const { overVoltage, overCurrent } = await this.protection();
    if (!overVoltage && !overCurrent) return;
    const which = overVoltage ? "over-voltage" : "over-current";
    throw new DeviceFaultError(
      `the ${which} protection has tripped, the output is off: find out why, then clear_protection`,
    );
  }

  get state(): Readonly<Record<string, unknown>> {
    return this.#unavailable.size > 0 ? { unavailable: Object.fromEntries(this.#unavailable) } : {};
  }

  async #tripped(sort: "voltage" | "current", question: string): Promise<boolean> {
    return this.#protections.includes(sort) && booleanOf(await this.#scpi.query(question), question);
  }
}
