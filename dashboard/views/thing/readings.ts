import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { follow } from "../../../src/client/events.ts";
import type { Bench } from "../../bench/bench.ts";
import { refusalOf } from "../../bench/load.ts";
import type { ThingDescription } from "../../bench/shapes.ts";
import type { Reading, ThingState } from "../../bench/thing-state.ts";

/** A device answers one after the other: so many properties are asked for at once. */
const atOnce = 3;

/** What a page shows of a property. */
export interface Shown {
  /** The last that was read or told. */
  readonly last: ReadonlySignal<Reading | undefined>;
  /** It was so, and nobody knows whether it still is. */
  readonly stale: ReadonlySignal<boolean>;
  /** Why it could not be read at the last try; "" when it could. */
  readonly failed: ReadonlySignal<string>;
  readonly busy: ReadonlySignal<boolean>;
}

interface Kept {
  readonly last: Signal<Reading | undefined>;
  readonly stale: ReadonlySignal<boolean>;
  readonly failed: Signal<string>;
  readonly busy: Signal<boolean>;
}

/** The properties of a Thing, as long as its page is open: read when it opens and after every gap, told of from then on. */
export class Readings {
  readonly #bench: Bench;
  readonly #thing: ThingState;
  readonly #kept = new Map<string, Kept>();
  readonly #observes: boolean;
  /** Nothing tells of them when they change. */
  readonly #untold: readonly string[];

  constructor(bench: Bench, thing: ThingState, { properties = {} }: ThingDescription) {
    this.#bench = bench;
    this.#thing = thing;
    this.#untold = Object.keys(properties).filter((name) => properties[name]?.observable !== true);
    this.#observes = Object.values(properties).some(({ observable }) => observable === true);
    for (const name of Object.keys(properties)) this.#kept.set(name, this.#keep(name));
  }

  of(name: string): Shown | undefined {
    return this.#kept.get(name);
  }

  /** Until that what it returns is called. */
  watch(): () => void {
    const leaving = new AbortController();
    const ends: (() => void)[] = [...this.#kept].map(([name, { last, failed }]) =>
      effect(() => {
        const reading = this.#thing.reading(name).value;
        if (!reading) return;
        if (reading.omitted) void this.read([name], leaving.signal);
        else last.value = reading;
        failed.value = "";
      }),
    );
    ends.push(
      effect(() => {
        // What was read before is of another connection, or another device; `about` is read anew after each gap.
        const asks = this.#bench.about.value && this.#bench.link.value.state === "live";
        if (asks && this.#thing.state.value === "ready") void this.read([...this.#kept.keys()], leaving.signal);
      }),
    );
    ends.push(
      this.#bench.listen((event) => {
        if (event.kind !== "invocation" || event.thing !== this.#thing.name) return;
        // What it has done may have changed what nobody tells of.
        if (event.status !== "pending" && event.status !== "running") void this.read(this.#untold, leaving.signal);
      }),
    );
    if (this.#observes) void this.#observe(leaving.signal);
    return () => {
      leaving.abort();
      for (const end of ends) end();
    };
  }

  /** Ask the device for these. What fails says why, and keeps nothing from the others. */
  async read(names: readonly string[], signal?: AbortSignal): Promise<void> {
    const waiting = [...names];
    const one = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await this.#readOne(name, signal);
    };
    await Promise.all(Array.from({ length: atOnce }, one));
  }

  async #readOne(name: string, signal: AbortSignal | undefined): Promise<void> {
    const kept = this.#kept.get(name);
    if (!kept || kept.busy.peek() || signal?.aborted) return;
    const { connection, about } = this.#bench;
    const path = `${about.peek()?.prefix ?? ""}/${encodeURIComponent(this.#thing.name)}/${encodeURIComponent(name)}`;
    kept.busy.value = true;
    const asked = this.#bench.now();
    try {
      const value = await connection.get(path, { ...(signal && { signal }) });
      const told = this.#thing.reading(name);
      // What was told meanwhile is newer than what the device was asked for before.
      if ((told.peek()?.at ?? 0) <= asked || told.peek()?.omitted) told.value = { value, at: this.#bench.now() };
    } catch (error) {
      if (!signal?.aborted) kept.failed.value = refusalOf(error);
    } finally {
      kept.busy.value = false;
    }
  }

  #keep(name: string): Kept {
    const told = this.#thing.reading(name);
    const stale = computed(
      () => told.value === undefined || this.#thing.state.value !== "ready" || this.#bench.link.value.state !== "live",
    );
    return { last: signal(told.peek()), stale, failed: signal(""), busy: signal(false) };
  }

  /** What no driver tells of is read while somebody observes it. What is found comes with all other events. */
  async #observe(signal: AbortSignal): Promise<void> {
    try {
      const events = follow(this.#bench.connection, { signal, things: [this.#thing.name], kinds: ["property"] });
      for await (const _ of events);
    } catch {
      // Refused: then it is shown as it was read, with its time.
    }
  }
}
