import { DeviceFaultError, defineThing, now, sleep, Type } from "benchd/driver";

const unable = () => {
  throw new DeviceFaultError("this only says what the slot takes: name a Thing with a driver");
};

/** What the slot `supply` takes: any power supply whose voltage and output can be set. Itself it is no driver. */
export default defineThing({
  title: "Power supply",
  config: Type.Object({}),
  outputs: { output: { safe: false } },
  properties: {
    voltage: { title: "Voltage", schema: Type.Number({ unit: "V" }) },
    output: { title: "The output is on", schema: Type.Boolean(), drives: "output" },
  },
  open: async () => ({ read: { voltage: unable, output: unable }, write: { voltage: unable, output: unable } }),
});

/** The power supply in the slot. */
interface Supply {
  readonly read: { output(): Promise<boolean> };
  readonly write: { voltage(volts: number): Promise<void>; output(on: boolean): Promise<void> };
}

/** What is set is set again after this time: somebody may have turned a knob, or the supply was switched on anew. */
const repeatMs = 5000;
/** Differences of power that are not worth a command. */
const step = 0.02;
/** In an emergency the supply has so long to stop by itself; ms. */
const stopMs = 1000;

/** Sets a supply to a share of full power, one thing after the other, however often it is asked. */
export class SupplyDrive {
  readonly #supply: Supply;
  readonly #maxVoltage: number;
  #wanted = 0;
  /** A supply that has just been opened is off. */
  #set: number | undefined = 0;
  /** When its output was last switched on; undefined while it is off. */
  #onAt: number | undefined;
  #setting: Promise<void> | undefined;

  constructor(supply: Supply, maxVoltage: number) {
    this.#supply = supply;
    this.#maxVoltage = maxVoltage;
  }

  /** 0 to 1; resolves when the supply has it. */
  apply(power: number): Promise<void> {
    this.#wanted = Math.round(power / step) * step;
    this.#setting ??= this.#settle().finally(() => {
      this.#setting = undefined;
    });
    return this.#setting;
  }

  async #settle(): Promise<void> {
    while (this.#set !== this.#wanted || this.#stale) {
      const power = this.#wanted;
      this.#set = undefined;
      await (power > 0 ? this.#heat(power) : this.#off());
      this.#set = power;
    }
  }

  get #stale(): boolean {
    return this.#onAt !== undefined && now() - this.#onAt >= repeatMs;
  }

  /** Power goes with the square of the voltage. */
  async #heat(power: number): Promise<void> {
    const { write } = this.#supply;
    await write.voltage(Math.round(100 * this.#maxVoltage * Math.sqrt(power)) / 100);
    if (this.#wanted === 0 || (this.#onAt !== undefined && !this.#stale)) return;
    await write.output(true);
    this.#onAt = now();
  }

  async #off(): Promise<void> {
    const refused = await this.#supply.write.output(false).catch((error: unknown) => error);
    // In an emergency nothing may be written, but then the supply is being stopped itself.
    for (const until = now() + stopMs; refused !== undefined && (await this.#supply.read.output()); await sleep(100))
      if (now() >= until) throw refused;
    this.#onAt = undefined;
  }
}
