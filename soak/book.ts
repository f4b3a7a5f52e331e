import type { Answer, Request } from "./rule.ts";

/** So many of what was asked for under a key are asked for again. */
const most = 200;

/** What the clients remember: what they have asked for under which key, and the numbers of their leases. */
export class Book {
  readonly #keyed: Request[] = [];
  /** By Thing, the latest; it may have ended. */
  readonly #leases = new Map<string, number>();
  #count = 0;

  /** A name that nothing had before. */
  next(): string {
    return `soak-${++this.#count}`;
  }

  /** A number that nothing had before. */
  nextNumber(): number {
    return ++this.#count;
  }

  get keyed(): readonly Request[] {
    return this.#keyed;
  }

  asked(request: Request): void {
    if (request.key === undefined || this.#keyed.some(({ key }) => key === request.key)) return;
    if (this.#keyed.push(request) > most) this.#keyed.shift();
  }

  answered({ request: { method, url }, status, body }: Answer): void {
    const thing = /^\/(\w+)\/lease/.exec(url)?.[1];
    if (thing === undefined || method !== "POST" || (status !== 200 && status !== 201)) return;
    const { leaseNumber, things } = JSON.parse(body) as { leaseNumber: number; things: readonly string[] };
    for (const one of things) this.#leases.set(one, leaseNumber);
  }

  /** The number of the latest lease of that Thing. */
  leaseOf(thing: string): number | undefined {
    return this.#leases.get(thing);
  }

  get leased(): readonly string[] {
    return [...this.#leases.keys()];
  }
}
