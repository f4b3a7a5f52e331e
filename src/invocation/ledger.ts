import type { Delivery } from "../context.ts";

/** What one Thing has delivered in an invocation, in one unit. */
export interface DeliveryTotal {
  readonly thing: string;
  readonly unit: string;
  readonly requested: number;
  readonly confirmed: number;
  readonly uncertain: number;
}

/** Sums what the calls of an invocation report: cumulative within a call, added up over the calls of a Thing. */
export class DeliveryLedger {
  readonly #settled = new Map<string, DeliveryTotal>();
  readonly #open = new Map<object, Map<string, DeliveryTotal>>();

  /** `call` has delivered this much so far. */
  record(call: object, thing: string, { unit, requested, confirmed, uncertain = 0 }: Delivery): void {
    const units = this.#open.get(call) ?? new Map<string, DeliveryTotal>();
    this.#open.set(call, units.set(unit, { thing, unit, requested, confirmed, uncertain }));
  }

  /** `call` is over: its last report stands. */
  settle(call: object): void {
    for (const total of this.#open.get(call)?.values() ?? []) add(this.#settled, total);
    this.#open.delete(call);
  }

  /** The device's own counter has told what was uncertain. */
  reconcile(thing: string, known: { unit: string; requested: number; confirmed: number }): void {
    for (const units of this.#open.values()) if (units.get(known.unit)?.thing === thing) units.delete(known.unit);
    this.#settled.set(key(thing, known.unit), { thing, ...known, uncertain: 0 });
  }

  totals(): readonly DeliveryTotal[] {
    if (this.#open.size === 0 && this.#settled.size === 0) return [];
    const sums = new Map(this.#settled);
    for (const units of this.#open.values()) for (const total of units.values()) add(sums, total);
    return [...sums.values()];
  }
}

const key = (thing: string, unit: string) => `${thing} ${unit}`;

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
