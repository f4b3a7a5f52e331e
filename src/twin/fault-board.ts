import { NotFoundError } from "../errors.ts";
import { closed, validator } from "../schema.ts";
import type { TSchema } from "../typebox.ts";
import type { Fault, OngoingFault } from "./fault.ts";
import type { Twin } from "./twin.ts";
import { faultsOf } from "./twin-faults.ts";

/** One fault as it is shown. */
export interface FaultState {
  readonly title: string;
  /** The schema of its parameters. */
  readonly input: TSchema;
  /** The parameters it goes on with; null when nothing of it goes on. */
  readonly active: unknown;
}

interface Ongoing extends OngoingFault {
  readonly input: unknown;
}

/** The faults of one simulated device, and which of them go on. */
export class FaultBoard {
  readonly #heal: (() => unknown) | undefined;
  readonly #faults: ReadonlyMap<string, Fault>;
  readonly #ongoing = new Map<string, Ongoing>();

  constructor(twin: Twin) {
    const { heal } = twin;
    this.#heal = typeof heal === "function" ? () => heal() : undefined;
    const closing = ([name, { input, ...rest }]: [string, Fault]) => [name, { ...rest, input: closed(input) }] as const;
    this.#faults = new Map(Object.entries(faultsOf(twin)).map(closing));
  }

  list(): Readonly<Record<string, FaultState>> {
    return Object.fromEntries([...this.#faults.keys()].map((name) => [name, this.state(name)]));
  }

  /** Throws `NotFoundError`, as do all that take a name. */
  state(name: string): FaultState {
    const { title, input } = this.#known(name);
    const ongoing = this.#ongoing.get(name);
    if (!ongoing || ongoing.over?.()) return { title, input, active: null };
    return { title, input, active: ongoing.input };
  }

  /** Let it go wrong; once more with other parameters, if it goes on already. Throws `InputError`. */
  apply(name: string, given: unknown): FaultState {
    const fault = this.#known(name);
    const input = validator(fault.input).parse(given ?? {}, `what is said of the fault ${name}`);
    this.end(name);
    const ongoing = fault.apply(input);
    if (ongoing) this.#ongoing.set(name, { ...ongoing, input });
    return this.state(name);
  }

  /** Returns whether it went on. */
  end(name: string): boolean {
    this.#known(name);
    const ongoing = this.#ongoing.get(name);
    if (!ongoing) return false;
    this.#ongoing.delete(name);
    if (ongoing.over?.()) return false;
    ongoing.end();
    return true;
  }

  /** End all, the latest first. */
  endAll(): void {
    for (const name of [...this.#ongoing.keys()].reverse()) this.end(name);
    this.#heal?.();
  }

  #known(name: string): Fault {
    const fault = this.#faults.get(name);
    if (fault) return fault;
    throw new NotFoundError(`there is no fault ${name}: there are ${[...this.#faults.keys()].join(", ") || "none"}`);
  }
}
