import type { Bench } from "../bench/bench.ts";
import type { ThingDescription } from "../bench/shapes.ts";
import { type Line, linesOf } from "./line.ts";
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

/** All numbers of all Things. Throws the client's errors. */
export async function linesOfBench(bench: Bench, signal: AbortSignal): Promise<readonly Line[]> {
  const prefix = bench.about.peek()?.prefix ?? "";
  const told = await bench.connection.get(`${prefix}/thing_descriptions/`, { signal });
  const all = Object.entries(told as Readonly<Record<string, ThingDescription>>);
  return all.flatMap(([thing, description]) => linesOf(thing, description));
}
