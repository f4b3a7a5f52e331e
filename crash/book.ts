import type { Pump } from "./devices.ts";

/** What was asked of a pump. */
export interface Dose {
  readonly pump: Pump;
  /** mL. */
  readonly volume: number;
  /** How many strokes the pump had made before. */
  readonly since: number;
}

/** As `/action_invocations` tells it, as far as it matters here. */
export interface Told {
  readonly id: string;
  readonly status: string;
  readonly seq: number;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly error: unknown;
  readonly output: unknown;
  readonly delivery: readonly { readonly requested: number; readonly confirmed: number; readonly uncertain: number }[];
}

export interface Acknowledged {
  readonly id: string;
  readonly seq: number;
  readonly what: string;
  readonly dose?: Dose;
  readonly key: string | undefined;
  /** The end that was seen; what has ended never changes. */
  end?: Told;
}

export const isOver = ({ status }: Told): boolean => status !== "pending" && status !== "running";

/** What benchd has promised by its answers: it is held to it after every kill. */
export class Book {
  readonly acknowledged = new Map<string, Acknowledged>();
  readonly #open = new Set<Acknowledged>();
  /** The value of the setting that was answered, and those that may have come through. */
  setting: { kept: number; possible: readonly number[] } = { kept: 1, possible: [] };
  /** Whether the emergency stop is on, or undefined when a press was not answered. */
  latched: boolean | undefined = false;
  /** No number up to this may come again. */
  maxSeq = 0;

  /** Those whose end nobody has seen. */
  get open(): readonly Acknowledged[] {
    return [...this.#open];
  }

  /** An answer with 201 has come. Returns what is wrong with it. */
  enter(told: Told, what: string, key?: string, dose?: Dose): readonly string[] {
    const known = this.acknowledged.get(told.id);
    if (known) return known.key !== undefined && known.key === key ? [] : [`${told.id} was given out twice`];
    const entry: Acknowledged = { id: told.id, seq: told.seq, what, key, ...(dose && { dose }) };
    this.acknowledged.set(told.id, entry);
    if (isOver(told)) entry.end = told;
    this.#open.add(entry);
    return [];
  }

  /** It has an end, and that was found to be true. */
  close(entry: Acknowledged, end: Told): void {
    entry.end = end;
    this.#open.delete(entry);
  }
}
