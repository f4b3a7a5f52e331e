import { BenchError } from "./errors.ts";
import { once } from "./once.ts";
import { type Reach, thingPath } from "./reach.ts";

/** For how long Things are wanted, and why. */
export interface LeaseTerms {
  /** How long, s; 600 unless told. */
  readonly seconds?: number | undefined;
  /** What others are told. */
  readonly note?: string | undefined;
  /** What becomes of work that runs when it is lost; `finish` unless told. */
  readonly onLoss?: "finish" | "cancel" | undefined;
}

/** Things that one has for oneself. Nothing renews it by itself: what has died is not to keep them. */
export class Lease {
  readonly things: readonly string[];
  readonly number: number;
  readonly #reach: Reach;
  readonly #terms: LeaseTerms;
  #until: string;

  private constructor(reach: Reach, things: readonly string[], terms: LeaseTerms, { leaseNumber, until }: Told) {
    this.#reach = reach;
    this.things = things;
    this.#terms = terms;
    this.number = leaseNumber;
    this.#until = until;
  }

  /** Throws `RefusedError` when somebody else has one of them. */
  static async take(reach: Reach, things: readonly string[], terms: LeaseTerms = {}): Promise<Lease> {
    const [first, ...more] = things;
    if (first === undefined) throw new BenchError("a lease is on a Thing: name one");
    const path = thingPath(reach, first, "lease");
    const { body } = await once(reach.connection, { method: "POST", path, body: { ...terms, things: more } });
    return new Lease(reach, things, terms, body as Told);
  }

  /** When it ends, RFC 3339, by the gateway's clock. */
  get until(): string {
    return this.#until;
  }

  /** Have them for another `seconds`, from now on. Throws `RefusedError` when it is lost. */
  async renew(seconds = this.#terms.seconds): Promise<void> {
    const { body } = await this.#send("POST", { ...this.#terms, seconds });
    this.#until = (body as Told).until;
  }

  /** Give them back. */
  async release(): Promise<void> {
    await this.#send("DELETE");
  }

  #send(method: "POST" | "DELETE", body?: unknown) {
    const path = thingPath(this.#reach, this.things[0] ?? "", "lease");
    return once(this.#reach.connection, { method, path, body, headers: underLease(this) });
  }
}

interface Told {
  readonly leaseNumber: number;
  readonly until: string;
}

/** The header of what is asked under a lease. */
export const underLease = (lease: Lease | number | undefined): Readonly<Record<string, string>> =>
  lease === undefined ? {} : { "lease-number": String(typeof lease === "number" ? lease : lease.number) };
