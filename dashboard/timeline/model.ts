import type { BenchEvent } from "../../src/client/events.ts";
import { type Bar, barOf, isOver, merged } from "./bar.ts";
import { folded, isBarEvent } from "./fold.ts";
import { type Item, itemsOf, type Lane, packed } from "./lane.ts";
import type { ToldTimeline } from "./shapes.ts";

/** So many invocations are kept; of more the oldest that have ended go. */
export const maxBars = 12_000;

/** What was done when, as it was read and as events have told since. */
export class TimelineModel {
  readonly #bars = new Map<string, Bar>();
  /** By Thing: what is in its lane, by key. */
  readonly #lanes = new Map<string, Map<string, Item>>();
  readonly #packed = new Map<string, Lane>();
  #changed = 0;
  #forgotten = Number.NEGATIVE_INFINITY;

  /** Counts up with each change. */
  get changed(): number {
    return this.#changed;
  }

  /** Before that something may be missing that was there; ms since 1970. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get size(): number {
    return this.#bars.size;
  }

  bar(id: string): Bar | undefined {
    return this.#bars.get(id);
  }

  bars(): IterableIterator<Bar> {
    return this.#bars.values();
  }

  /** What has that key. */
  itemAt(key: string): Item | undefined {
    const [id = "", n] = key.split("/");
    const bar = this.#bars.get(id);
    return bar && itemsOf(bar).find((item) => item.key === key || (n !== undefined && String(item.step?.n) === n));
  }

  /** As it is by now; as it was, where it is not known any more. */
  item(item: Item): Item {
    return this.#lanes.get(item.thing)?.get(item.key) ?? item;
  }

  /** In the order in which they were known first. */
  get things(): readonly string[] {
    return [...this.#lanes.keys()];
  }

  lane(thing: string): Lane {
    const known = this.#packed.get(thing);
    if (known) return known;
    const made = packed([...(this.#lanes.get(thing)?.values() ?? [])]);
    this.#packed.set(thing, made);
    return made;
  }

  /** `only`: an invocation; all unless told. */
  read({ lanes }: ToldTimeline, only?: string): void {
    for (const { thing, invocations } of lanes) {
      if (only === undefined) this.#laneOf(thing);
      for (const told of invocations) {
        if (only !== undefined && told.id !== only) continue;
        const known = this.#bars.get(told.id);
        const bar = barOf(thing, told);
        this.#put(known, known ? merged(known, bar) : bar);
      }
    }
    this.#trim();
  }

  /** Returns whether it has changed something. */
  apply(event: BenchEvent): boolean {
    if (!isBarEvent(event)) return false;
    const known = this.#bars.get(event.id);
    const bar = folded(known, event);
    if (!bar || bar === known) return false;
    this.#put(known, bar);
    if (!known) this.#trim();
    return true;
  }

  /** After a gap: what seems to go on, and is not among what was read at `at`, has ended meanwhile, and is read with the rest. */
  forgetOpen({ lanes }: ToldTimeline, at: number): void {
    const told = new Set(lanes.flatMap(({ invocations }) => invocations.map(({ id }) => id)));
    for (const bar of [...this.#bars.values()]) {
      if (isOver(bar) || told.has(bar.id) || bar.requestedAt >= at) continue;
      this.#bars.delete(bar.id);
      this.#remove(bar, new Set());
      this.#changed++;
    }
  }

  #laneOf(thing: string): Map<string, Item> {
    const known = this.#lanes.get(thing);
    if (known) return known;
    const made = new Map<string, Item>();
    this.#lanes.set(thing, made);
    return made;
  }

  #put(known: Bar | undefined, bar: Bar): void {
    this.#changed++;
    this.#bars.set(bar.id, bar);
    const items = itemsOf(bar);
    if (known) this.#remove(known, new Set(items.map(({ key }) => key)));
    for (const item of items) {
      this.#laneOf(item.thing).set(item.key, item);
      this.#packed.delete(item.thing);
    }
  }

  #remove(bar: Bar, but: ReadonlySet<string>): void {
    for (const { key, thing } of itemsOf(bar)) {
      if (but.has(key)) continue;
      this.#lanes.get(thing)?.delete(key);
      this.#packed.delete(thing);
    }
  }

  /** Some more than there have to go, so that it is not done for each. */
  #trim(): void {
    if (this.#bars.size <= maxBars) return;
    const over = [...this.#bars.values()].filter(isOver).sort((a, b) => a.requestedAt - b.requestedAt);
    for (const bar of over.slice(0, this.#bars.size - maxBars + 500)) {
      this.#bars.delete(bar.id);
      this.#remove(bar, new Set());
      this.#forgotten = Math.max(this.#forgotten, bar.endedAt ?? bar.requestedAt);
    }
    this.#changed++;
  }
}
