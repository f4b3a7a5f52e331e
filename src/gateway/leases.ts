import { type Asker, named } from "../asker.ts";
import type { Clock, Timer } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { LeaseLostError, NotReadyError } from "../errors.ts";
import type { Coalescer } from "../events/coalescer.ts";
import type { LeaseEvent } from "../events/event.ts";
import type { Admission, AdmissionRequest } from "../invocation/admission.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import type { Audit } from "../journal/audit.ts";
import type { StateFile } from "../journal/state-file.ts";
import type { LogFields } from "../log-fields.ts";
import { heldBy, type Lease, type LeaseTerms } from "./lease.ts";
import { LeaseNumbers } from "./lease-numbers.ts";

interface Given {
  readonly scheduler: Pick<Scheduler, "leaseLost">;
  /** What is promised to clients goes by it, whatever the wall clock does. */
  readonly processClock: Clock;
  readonly file: Pick<StateFile, "kept" | "read" | "write">;
  readonly audit: Audit;
  readonly events: Pick<Coalescer, "tell">;
  /** The Things that a lease on this one takes, itself among them. */
  takenWith(thing: string): readonly string[];
  /** Its outputs are nobody's now. Never rejects. */
  lost(thing: string): Promise<void>;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

interface Parts extends Given {
  readonly numbers: LeaseNumbers;
}

interface Held {
  readonly lease: Lease;
  /** By the process clock. */
  readonly endsAt: number;
  readonly timer: Timer;
}

interface Taking {
  /** Things to be had beside it. */
  readonly more?: readonly string[];
  /** Why somebody else loses the lease on it. */
  readonly breaking?: string | undefined;
}

/**
 * Who has which Things for himself. While somebody has, what others ask of them is refused; reads, stops and urgent
 * actions pass, and so does what a Thing does by itself. Leases end with the process; their numbers go on.
 */
export class Leases implements Admission {
  #parts: Parts | undefined;
  readonly #held = new Map<string, Held>();

  /** Go on with the numbers where the last process was. If nobody knows, they go on from the time of day. */
  async restore(given: Given): Promise<void> {
    const numbers = new LeaseNumbers(given);
    this.#parts = { ...given, numbers };
    await numbers.restore();
  }

  of(thing: string): Lease | undefined {
    this.#expireOverdue();
    return this.#held.get(thing)?.lease;
  }

  /** The one of that number, while somebody has it. */
  numbered(number: number): Lease | undefined {
    this.#expireOverdue();
    return [...this.#held.values()].find(({ lease }) => lease.number === number)?.lease;
  }

  admit({ nested, itself, urgent, leases, takes, held, affordance }: AdmissionRequest): void {
    if (urgent || itself) return;
    for (const thing of takes) {
      const lease = this.of(thing);
      if (lease && !leases.includes(lease.number) && !held.includes(thing))
        throw heldBy(lease, thing, `wait with ${affordance}, or ask them`);
    }
    // Part of what has begun under a lease goes on when that is over: what becomes of the whole was said when it was taken.
    if (!nested) this.assertCurrent(leases);
  }

  /**
   * Take a Thing, and what it takes with it, and `more`: all or none. Throws `LeaseHeldError`. With `breaking` a lease
   * on the Thing itself is ended for it, once nothing else is in the way.
   */
  async take(thing: string, by: Asker, terms: LeaseTerms, { more = [], breaking }: Taking = {}): Promise<Lease> {
    const { takenWith, numbers } = this.#required();
    const things = [...new Set([thing, ...more].flatMap((one) => takenWith(one)))];
    const refuseHeld = () => {
      const broken = breaking === undefined ? undefined : this.of(thing);
      const held = things.filter((one) => this.of(one) !== broken);
      this.#refuseHeld(held);
    };
    refuseHeld();
    const number = await numbers.next();
    // Somebody may have been quicker while the disk was busy.
    refuseHeld();
    if (breaking !== undefined) this.break(thing, by, breaking);
    const lease = this.#hold({ ...terms, number, holder: named(by).name, things, since: Date.now() });
    this.#tell("info", { by, what: "lease.taken", thing, detail: `${number}: ${things.join(", ")}: ${terms.note}` });
    this.#happened("taken", lease);
    return lease;
  }

  /** Have it longer, on new terms. Throws `LeaseHeldError`, `LeaseLostError`. */
  renew(thing: string, numbers: readonly number[], terms: Partial<LeaseTerms>): Lease {
    const lease = this.#mine(thing, numbers, "renew");
    this.#drop(lease);
    const renewed = this.#hold({ ...lease, ...terms });
    this.#happened("renewed", renewed);
    return renewed;
  }

  /** Give it back: nothing is lost by that, and nothing that runs is ended. */
  release(thing: string, numbers: readonly number[], by: Asker): void {
    const lease = this.#mine(thing, numbers, "release");
    this.#drop(lease);
    this.#tell("info", { by, what: "lease.released", thing, detail: String(lease.number) });
    this.#happened("released", lease);
  }

  /** The Things that lose theirs when the lease on this one is broken, but for those that are taken with it anyway. */
  brokenWith(thing: string): readonly string[] {
    const own = this.#required().takenWith(thing);
    return (this.of(thing)?.things ?? []).filter((one) => !own.includes(one));
  }

  /** End somebody else's lease. Does nothing where there is none. */
  break(thing: string, by: Asker, why: string): void {
    const lease = this.of(thing);
    if (!lease) return;
    const told = `${lease.number} of ${lease.holder}: ${why}`;
    this.#tell("warning", { by, what: "lease.broken", thing, detail: told });
    this.#happened("broken", lease);
    this.#lose(lease);
  }

  /** No timer of it is left. */
  close(): void {
    for (const { timer } of this.#held.values()) timer.cancel();
    this.#held.clear();
  }

  #hold(lease: Omit<Lease, "until">): Lease {
    const { processClock } = this.#required();
    const ms = lease.seconds * 1000;
    const held: Lease = { ...lease, until: Date.now() + ms };
    const timer = processClock.after(ms, () => this.#expire(held));
    const endsAt = processClock.now() + ms;
    for (const thing of held.things) this.#held.set(thing, { lease: held, endsAt, timer });
    return held;
  }

  #expire(lease: Lease): void {
    const [thing] = lease.things;
    this.#tell("warning", { by: lease.holder, what: "lease.expired", thing, detail: String(lease.number) });
    this.#happened("expired", lease);
    this.#lose(lease);
  }

  /** After a stall somebody may ask before the timers that have come due meanwhile have fired. */
  #expireOverdue(): void {
    const now = this.#parts?.processClock.now() ?? 0;
    for (const { lease, endsAt } of [...this.#held.values()])
      if (now > endsAt && this.#held.get(lease.things[0] ?? "")?.lease === lease) this.#expire(lease);
  }

  #drop({ things }: Lease): void {
    for (const thing of things) {
      this.#held.get(thing)?.timer.cancel();
      this.#held.delete(thing);
    }
  }

  #lose(lease: Lease): void {
    const { scheduler, lost } = this.#required();
    this.#drop(lease);
    scheduler.leaseLost(lease.number, lease.onLoss === "cancel", lease.things, async (thing) => {
      // Whoever has it by then has its outputs too.
      if (!this.#held.has(thing)) await lost(thing);
    });
  }

  #mine(thing: string, numbers: readonly number[], doing: string): Lease {
    const lease = this.of(thing);
    if (lease && numbers.includes(lease.number)) return lease;
    if (lease) throw heldBy(lease, thing, `only under its number can anybody ${doing} it`);
    throw new LeaseLostError(`there is no lease on ${thing} to ${doing}: it has ended, take a new one`);
  }

  #refuseHeld(things: readonly string[]): void {
    for (const thing of things) {
      const lease = this.of(thing);
      if (lease) throw heldBy(lease, thing, "wait, or ask them");
    }
  }

  /** Throws `LeaseLostError` when one of them has ended. */
  assertCurrent(numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    this.#expireOverdue();
    const current = new Set([...this.#held.values()].map(({ lease }) => lease.number));
    const ended = numbers.find((number) => !current.has(number));
    if (ended !== undefined)
      throw new LeaseLostError(`lease ${ended} has ended: see what has become of the bench, then take a new one`);
  }

  #required(): Parts {
    if (!this.#parts) throw new NotReadyError("the gateway is still starting: nothing can be leased yet");
    return this.#parts;
  }

  #happened(what: LeaseEvent["what"], { number, things, holder, note, until }: Lease): void {
    const held = what === "taken" || what === "renewed";
    const end = held ? new Date(until).toISOString() : null;
    this.#required().events.tell({ kind: "lease", what, leaseNumber: number, things, holder, note, until: end }, []);
  }

  #tell(level: LogLevel, entry: Parameters<Audit["note"]>[0]): void {
    const { audit, log } = this.#required();
    audit.note(entry);
    log(level, `${entry.what} on ${entry.thing} by ${named(entry.by).name}: ${entry.detail}`, { thing: entry.thing });
  }
}
