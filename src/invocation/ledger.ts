import type { Delivery } from "../context.ts";

/** An amount that the device's own counter has made certain. */
export interface DeliveryAmount {
  readonly unit: string;
  readonly requested: number;
  readonly confirmed: number;
}

/** What one Thing has delivered in an invocation, in one unit. */
export interface DeliveryTotal extends DeliveryAmount {
  readonly thing: string;
  readonly uncertain: number;
}

/** What an invocation has delivered in all, and what the last call on each Thing has. */
export interface Deliveries {
  readonly totals: readonly DeliveryTotal[];
  readonly lastCalls: readonly DeliveryTotal[];
}

/** Sums what the calls of an invocation report: cumulative within a call, added up over the calls of a Thing. */
export class DeliveryLedger {
  readonly #settled = new Map<string, DeliveryTotal>();
  readonly #open = new Map<object, Map<string, DeliveryTotal>>();
  /** A device's own counter tells of its last stroke, not of the sum over an invocation. */
  readonly #last = new Map<string, DeliveryTotal>();

  /** `call` has delivered this much so far. */
  record(call: object, thing: string, { unit, requested, confirmed, uncertain = 0 }: Delivery): void {
    const units = this.#open.get(call) ?? new Map<string, DeliveryTotal>();
    const total = { thing, unit, requested, confirmed, uncertain };
    this.#open.set(call, units.set(unit, total));
    this.#last.set(key(thing, unit), total);
  }

  /** `call` is over: its last report stands. */
  settle(call: object): void {
    for (const total of this.#open.get(call)?.values() ?? []) add(this.#settled, total);
    this.#open.delete(call);
  }

  /** The device's own counter has told what its last call has delivered. */
  reconcile(thing: string, known: DeliveryAmount): void {
    const { totals, lastCalls } = reconciled(this.deliveries(), thing, known);
    for (const units of this.#open.values()) if (units.get(known.unit)?.thing === thing) units.delete(known.unit);
    replace(
      this.#settled,
      totals.filter((one) => one.thing === thing && one.unit === known.unit),
    );
    this.#last.clear();
    replace(this.#last, lastCalls);
  }

  deliveries(): Deliveries {
    return { totals: this.totals(), lastCalls: [...this.#last.values()] };
  }

  totals(): readonly DeliveryTotal[] {
    if (this.#open.size === 0 && this.#settled.size === 0) return [];
    const sums = new Map(this.#settled);
    for (const units of this.#open.values()) for (const total of units.values()) add(sums, total);
    return [...sums.values()];
  }
}

/** The deliveries with what `thing` has counted in the place of what its last call had told; it is not asked again. */
export function reconciled({ totals, lastCalls }: Deliveries, thing: string, known: DeliveryAmount): Deliveries {
  const id = key(thing, known.unit);
  const of = (all: readonly DeliveryTotal[]) => all.find((one) => key(one.thing, one.unit) === id);
  const [total, last] = [of(totals), of(lastCalls)];
  const others = (field: "requested" | "confirmed" | "uncertain") =>
    last && total ? plus(total[field], -last[field]) : 0;
  const settled: DeliveryTotal = {
    thing,
    unit: known.unit,
    requested: plus(others("requested"), known.requested),
    confirmed: plus(others("confirmed"), known.confirmed),
    uncertain: others("uncertain"),
  };
  return {
    totals: total ? totals.map((one) => (one === total ? settled : one)) : [...totals, settled],
    lastCalls: lastCalls.filter((one) => one !== last),
  };
}

/** Nobody was there to see the end of the last calls: each may have delivered all that was asked of it. */
export function unseen({ totals, lastCalls }: Deliveries): Deliveries {
  const open = (one: DeliveryTotal) => Math.max(one.uncertain, plus(one.requested, -one.confirmed));
  const more = new Map(lastCalls.map((one) => [key(one.thing, one.unit), plus(open(one), -one.uncertain)]));
  const widened = (one: DeliveryTotal): DeliveryTotal => ({
    ...one,
    uncertain: plus(one.uncertain, more.get(key(one.thing, one.unit)) ?? 0),
  });
  return { totals: totals.map(widened), lastCalls: lastCalls.map(widened) };
}

const key = (thing: string, unit: string) => `${thing} ${unit}`;

function replace(totals: Map<string, DeliveryTotal>, by: readonly DeliveryTotal[]): void {
  for (const one of by) totals.set(key(one.thing, one.unit), one);
}

function add(sums: Map<string, DeliveryTotal>, more: DeliveryTotal): void {
  const id = key(more.thing, more.unit);
  const sum = sums.get(id);
  sums.set(id, {
    ...more,
    requested: plus(sum?.requested, more.requested),
    confirmed: plus(sum?.confirmed, more.confirmed),
    uncertain: plus(sum?.uncertain, more.uncertain),
  });
}

/** No instrument resolves a billionth; without this 0.1 + 0.2 would show as 0.30000000000000004. */
const plus = (sum = 0, more: number) => Math.round((sum + more) * 1e9) / 1e9;
