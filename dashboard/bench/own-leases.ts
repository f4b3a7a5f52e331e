import { type ReadonlySignal, signal } from "@preact/signals";
import type { Lease } from "./shapes.ts";

const keptAs = "benchd.leases";
/** The latest; those before have ended long since. */
const maxKept = 100;

/** Of a browser's storage what is needed here. */
export interface Keeping {
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
}

/** A lease as far as it has to be known when it has ended, too. */
type Own = Pick<Lease, "leaseNumber" | "things">;

/** Which leases were taken on this page: what it asks for is asked under their numbers, after a reload, too. */
export class OwnLeases {
  readonly #storage: () => Keeping;
  readonly #own = signal<readonly Own[]>([]);
  readonly #lost = signal<readonly Own[]>([]);

  /** `storage` throws where a browser is told to keep nothing: then they are known until the page is left. */
  constructor(storage: () => Keeping) {
    this.#storage = storage;
    this.#own.value = this.#kept();
  }

  /** Those that have ended, and were not given back. */
  get lost(): ReadonlySignal<readonly Own[]> {
    return this.#lost;
  }

  has(number: number): boolean {
    return this.#own.value.some(({ leaseNumber }) => leaseNumber === number);
  }

  add({ leaseNumber, things }: Own): void {
    this.#keep([...this.#without(leaseNumber), { leaseNumber, things }]);
  }

  /** It was given back. */
  drop(number: number): void {
    this.#keep(this.#without(number));
  }

  get numbers(): readonly number[] {
    return this.#own.peek().map(({ leaseNumber }) => leaseNumber);
  }

  /** It has run out, or somebody has broken it. */
  lose(number: number): void {
    const lost = this.#own.peek().find(({ leaseNumber }) => leaseNumber === number);
    if (!lost) return;
    this.drop(number);
    this.#lost.value = [...this.#lost.peek(), lost].slice(-maxKept);
  }

  /** It was seen that they are lost. */
  forgetLost(): void {
    this.#lost.value = [];
  }

  /** For a request: under which of those it is made. One that has ended would have it refused. */
  headers(): Readonly<Record<string, string>> {
    return this.numbers.length === 0 ? {} : { "lease-number": this.numbers.join(", ") };
  }

  #without(number: number): readonly Own[] {
    return this.#own.peek().filter(({ leaseNumber }) => leaseNumber !== number);
  }

  #keep(own: readonly Own[]): void {
    this.#own.value = own.slice(-maxKept);
    try {
      this.#storage().setItem(keptAs, JSON.stringify(this.#own.peek()));
    } catch {
      // They are not kept.
    }
  }

  #kept(): readonly Own[] {
    try {
      const found: unknown = JSON.parse(this.#storage().getItem(keptAs) ?? "[]");
      return Array.isArray(found) ? found.filter(isOwn).slice(-maxKept) : [];
    } catch {
      return [];
    }
  }
}

function isOwn(value: unknown): value is Own {
  const { leaseNumber, things } = (value ?? {}) as Partial<Own>;
  return Number.isInteger(leaseNumber) && Array.isArray(things) && things.every((one) => typeof one === "string");
}
