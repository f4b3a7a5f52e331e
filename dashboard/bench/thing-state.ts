import { type Signal, signal } from "@preact/signals";

/** As `/thing_states` tells it, and events since. */
export interface ToldThing {
  readonly title: string;
  readonly state: string;
  readonly reason: string | null;
  readonly running: string | null;
  readonly queued: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A value, and when the gateway had it; by the gateway's clock. */
export interface Reading {
  readonly value: unknown;
  readonly at: number;
  /** It was too long to be told: it has to be read. */
  readonly omitted?: boolean;
}

/** More properties than that are for the page of the Thing. */
const maxTells = 50;

/** A Thing as this page knows it by now. */
export class ThingState {
  readonly name: string;
  readonly title: Signal<string>;
  readonly state: Signal<string>;
  readonly reason: Signal<string | null>;
  readonly metadata: Signal<ToldThing["metadata"]>;
  /** The properties that it has told of by itself, in that order. */
  readonly tells: Signal<readonly string[]> = signal([]);
  /** Of what it is observed to do: undefined until the first value was read or told. */
  readonly #readings = new Map<string, Signal<Reading | undefined>>();

  constructor(name: string, told: ToldThing) {
    this.name = name;
    this.title = signal(told.title);
    this.state = signal(told.state);
    this.reason = signal(told.reason);
    this.metadata = signal(told.metadata);
  }

  told({ title, state, reason, metadata }: ToldThing): void {
    this.title.value = title;
    this.state.value = state;
    this.reason.value = reason;
    this.metadata.value = metadata;
  }

  reading(property: string): Signal<Reading | undefined> {
    const known = this.#readings.get(property);
    if (known) return known;
    const made = signal<Reading | undefined>(undefined);
    this.#readings.set(property, made);
    return made;
  }

  /** Whatever it tells of by itself is worth a look, too. */
  tell(property: string, reading: Reading): void {
    if (!this.tells.peek().includes(property)) this.tells.value = [...this.tells.peek(), property].slice(0, maxTells);
    this.reading(property).value = reading;
  }

  /** What was read before is of another connection, or another device. */
  forgetReadings(): void {
    for (const reading of this.#readings.values()) reading.value = undefined;
  }
}
