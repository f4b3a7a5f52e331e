import { constants, PerformanceObserver } from "node:perf_hooks";
import { Histogram } from "../histogram.ts";
import { type Metric, spreads } from "./metric.ts";

const kinds: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weak"],
]);
/** Seconds. */
const bounds = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5];

/** For how long garbage was collected, during which all else waits. */
export class Garbage {
  readonly #times = new Map([...kinds.values()].map((kind) => [kind, new Histogram(bounds)]));
  readonly #observer: PerformanceObserver;

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        // Of this sort of entry alone; its type tells only what all have.
        const { kind = 0 } = Reflect.get(entry, "detail") as { readonly kind?: number };
        this.#times.get(kinds.get(kind) ?? "")?.observe(entry.duration / 1000);
      }
    });
    this.#observer.observe({ entryTypes: ["gc"] });
  }

  metrics(): readonly Metric[] {
    const all = [...this.#times].map(([kind, histogram]) => ({ labels: { kind }, histogram }));
    return [spreads("benchd_gc_seconds", "How long it took to collect garbage, during which all else waits", all)];
  }

  stop(): void {
    this.#observer.disconnect();
  }
}
