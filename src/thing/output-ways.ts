import type { OutputContract, Table } from "./affordance.ts";
import type { Outputs } from "./outputs.ts";

type Level = (contract: OutputContract, name: string) => boolean | number | undefined;

/** Where outputs go; `undefined` leaves one as it is. */
export interface Way {
  level: Level;
  /** They go where the driver would not bring them: it knows safe values only. */
  readonly own: readonly string[];
}

interface WaysOptions {
  readonly outputs: Outputs;
  /** The emergency stop is latched. */
  stopped(): boolean;
}

/** Where the outputs of a Thing go when it is made safe: elsewhere while an interlock has tripped, or everything is stopped. */
export class OutputWays {
  /** What interlocks that have tripped want of outputs. */
  interlocked: Table<boolean | number> = {};
  readonly #options: WaysOptions;

  constructor(options: WaysOptions) {
    this.#options = options;
  }

  get usual(): Way {
    return this.#options.stopped() ? this.inEmergency : this.#way(this.wanted);
  }

  get inEmergency(): Way {
    return this.#way((contract, name) => {
      const { emergency } = contract;
      if (emergency === "keep") return this.interlocked[name];
      return emergency ?? this.wanted(contract, name);
    });
  }

  /** Of one that has to go, whatever is to be kept in an emergency. */
  readonly wanted = ({ safe }: OutputContract, name: string): boolean | number => this.interlocked[name] ?? safe;

  #way(level: Level): Way {
    const { outputs } = this.#options;
    const own = Object.entries(outputs.contracts).flatMap(([name, contract]) => {
      const wanted = level(contract, name);
      return wanted === undefined || (outputs.isPin(name) && wanted !== contract.safe) ? [name] : [];
    });
    return { level, own };
  }
}
