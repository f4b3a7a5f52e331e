import type { Bench } from "../bench/bench.ts";
import { Watcher } from "./watcher.ts";

const watchers = new WeakMap<Bench, Watcher>();

/** What follows the numbers of a bench, for all plots of it. */
export function watcherOf(bench: Bench): Watcher {
  const known = watchers.get(bench);
  if (known) return known;
  const made = new Watcher({
    connection: bench.connection,
    now: () => bench.now(),
    prefix: () => bench.about.peek()?.prefix ?? "",
  });
  watchers.set(bench, made);
  return made;
}
