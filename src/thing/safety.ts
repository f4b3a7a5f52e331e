import { type CancelReason, DeviceFaultError } from "../errors.ts";
import type { SafetyStep } from "../invocation/frame.ts";
import type { OutputContract, Table } from "./affordance.ts";
import type { Life } from "./life.ts";

/** How one Thing is stopped and its outputs are brought to where nobody gets hurt. */
export class Safety {
  readonly #life: Life;
  readonly #outputs: Table<OutputContract>;
  /** The emergency stop that was sent last, until the device has answered. */
  #latest: Promise<void> | undefined;

  constructor(life: Life, outputs: Table<OutputContract> = {}) {
    this.#life = life;
    this.#outputs = outputs;
  }

  /** In an emergency, lower goes first. */
  get order(): number {
    const orders = Object.values(this.#outputs).map(({ order = 0 }) => order);
    return orders.length > 0 ? Math.min(...orders) : 0;
  }

  /** What the ladder does after the fence. */
  steps(reason: CancelReason): readonly SafetyStep[] {
    const { stop, safe } = this.#life.handlers ?? {};
    // In an emergency outputs have values of their own, and the order among Things is not the ladder's to choose.
    if (reason === "emergency_stop") {
      return [{ what: "emergency stop", act: () => this.#latest ?? this.emergency() }];
    }
    const hasOutputs = safe !== undefined || Object.keys(this.#outputs).length > 0;
    return [
      ...(stop ? [{ what: "stop", act: () => this.#life.run("urgent", () => stop()) }] : []),
      ...(hasOutputs ? [{ what: "safe state", act: () => this.#life.run("urgent", () => this.#makeSafe()) }] : []),
    ];
  }

  /**
   * Stop and bring the outputs to their emergency values, ahead of everything. Sent at every press: only what the device
   * confirms to the latest counts for the earlier ones too.
   */
  emergency(): Promise<void> {
    const mine = this.#life.run("urgent", () => this.#stopAndCutOff());
    this.#latest = mine;
    const over = () => {
      if (this.#latest === mine) this.#latest = undefined;
    };
    mine.then(over, over);
    return mine.catch((error: unknown) => {
      if (this.#latest && this.#latest !== mine) return this.#latest;
      throw error;
    });
  }

  async #stopAndCutOff(): Promise<void> {
    const { handlers } = this.#life;
    if (!handlers) throw this.#life.notReady();
    const kept = Object.keys(this.#outputs).filter((name) => this.#outputs[name]?.emergency === "keep");
    // The stop first, as its bytes leave at once; none waits for another, and none keeps another from being tried.
    const sent = [
      attempt(() => handlers.stop?.()),
      attempt(() => this.#drive(({ safe, emergency = safe }) => (emergency === "keep" ? undefined : emergency))),
    ];
    const failures = (await Promise.all(sent)).concat(await attempt(() => handlers.safe?.(kept)));
    const failed = failures.find((failure) => failure !== undefined);
    if (failed !== undefined) throw failed;
  }

  async #makeSafe(): Promise<void> {
    await this.#drive(({ safe }) => safe);
    await this.#life.handlers?.safe?.([]);
  }

  /** Set the outputs that are GPIO pins; `undefined` leaves one as it is. */
  async #drive(level: (contract: OutputContract) => boolean | number | undefined): Promise<void> {
    const pins = await this.#life.scope?.pins();
    pins?.drive((name) => {
      const contract = this.#outputs[name];
      const wanted = contract && level(contract);
      return wanted === undefined ? undefined : Boolean(wanted);
    });
  }
}

/** What went wrong, if anything did: also what is thrown at once. */
async function attempt(act: () => unknown): Promise<unknown> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error ?? new DeviceFaultError("it failed without saying why");
  }
}
