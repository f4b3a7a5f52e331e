import type { Clock } from "../clock.ts";

interface Reading {
  readonly value: Promise<unknown>;
  /** When it was taken; undefined while it is being taken. */
  at: number | undefined;
}

/** Lets all who ask for a property at about the same time share one reading. */
export class Reader {
  readonly #clock: Clock;
  readonly #readings = new Map<string, Reading>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A reading under way or at most `maxAgeMs` old, else a new one by `take`. */
  read(property: string, maxAgeMs: number, take: () => Promise<unknown>): Promise<unknown> {
    const known = this.#readings.get(property);
    if (known && (known.at === undefined || this.#clock.now() - known.at < maxAgeMs)) return known.value;
    const reading: Reading = { value: take(), at: undefined };
    this.#readings.set(property, reading);
    reading.value.then(
      () => {
        reading.at = this.#clock.now();
      },
      () => this.#drop(property, reading),
    );
    return reading.value;
  }

  /** The value may have changed: ask anew. */
  forget(property?: string): void {
    if (property === undefined) this.#readings.clear();
    else this.#readings.delete(property);
  }

  /** A failure is nobody's value but theirs who waited for it. */
  #drop(property: string, reading: Reading): void {
    if (this.#readings.get(property) === reading) this.#readings.delete(property);
  }
}
