import type { ActionName, AnyContract, Arguments, OutputOf, PropertyName, ValueOf, WritableName } from "./contract.ts";
import { type Invocation, type InvokeOptions, invocation } from "./invocation.ts";
import { type Lease, type LeaseTerms, Lease as Taken, underLease } from "./lease.ts";
import { observe } from "./observe.ts";
import { once } from "./once.ts";
import { type Reach, thingPath } from "./reach.ts";
import { within } from "./waiting.ts";

/** How something is read. */
export interface ReadOptions {
  /** Aborting it gives the request up, and rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How something is written. */
export interface WriteOptions extends ReadOptions {
  /** `Idempotency-Key`: what was asked for under it is not done again. A new one unless given. */
  readonly key?: string | undefined;
  /** Under which lease, or number of one. */
  readonly lease?: Lease | number | undefined;
}

/** A property waits up to a second for its turn, then for the device. */
export const readMs = 30_000;

/**
 * A Thing of a gateway. `C` says what it offers: a contract that `benchd types` has written, or the type of a driver's
 * definition; unless told any name goes.
 */
export class Thing<C = AnyContract> {
  /** As it is named in the configuration. */
  readonly name: string;
  readonly #reach: Reach;

  constructor(reach: Reach, name: string) {
    this.#reach = reach;
    this.name = name;
  }

  /** Its Thing Description. */
  describe({ signal }: ReadOptions = {}): Promise<unknown> {
    return this.#get(`${thingPath(this.#reach, this.name)}/`, signal);
  }

  /** The value of a property; waits up to 30 s for its turn and the device. */
  async read<N extends PropertyName<C>>(property: N, { signal }: ReadOptions = {}): Promise<ValueOf<C, N>> {
    return (await this.#get(thingPath(this.#reach, this.name, property), signal)) as ValueOf<C, N>;
  }

  /** Resolves when the device has it. */
  async write<N extends WritableName<C>>(
    property: N,
    value: ValueOf<C, N>,
    { signal, key, lease }: WriteOptions = {},
  ): Promise<void> {
    const path = thingPath(this.#reach, this.name, property);
    await once(this.#reach.connection, { method: "PUT", path, body: value, headers: underLease(lease), key, signal });
  }

  /**
   * Its value, and each further one that it has or is found to have, until `signal` is aborted or the consumer leaves; while
   * it cannot be read, nothing. What breaks off is asked for again, and read anew where something may be missing: the last value
   * is how it is.
   */
  observe<N extends PropertyName<C>>(property: N, { signal }: ReadOptions = {}): AsyncGenerator<ValueOf<C, N>> {
    const { connection } = this.#reach;
    const read = (limit: AbortSignal) => this.read(property, { signal: limit });
    return observe(connection, { thing: this.name, property, signal, read });
  }

  /** Ask for an action. */
  invoke<N extends ActionName<C>>(
    action: N,
    ...[input, options]: Arguments<C, N, InvokeOptions>
  ): Invocation<OutputOf<C, N>> {
    return invocation(this.#reach, { thing: this.name, action, input }, options);
  }

  /** Have it for oneself. */
  lease(terms: LeaseTerms = {}): Promise<Lease> {
    return Taken.take(this.#reach, [this.name], terms);
  }

  #get(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    const { connection } = this.#reach;
    return within(connection.clock, readMs, signal, (limit) => connection.get(path, { signal: limit }));
  }
}
