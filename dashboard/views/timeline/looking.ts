import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Bench } from "../../bench/bench.ts";
import type { Item } from "../../timeline/lane.ts";
import type { TimelineSource } from "../../timeline/source.ts";
import { type Viewport, windowOf } from "../../timeline/viewport.ts";

/** What somebody looks at in a timeline. */
export interface Looking {
  readonly source: TimelineSource;
  readonly view: Signal<Viewport>;
  /** The key of the bar that is looked at closely. */
  readonly selected: Signal<Item | undefined>;
  /** The ids of those whose steps are shown below them. */
  readonly open: Signal<ReadonlySet<string>>;
  /** The lanes, from above. */
  readonly things: ReadonlySignal<readonly string[]>;
  /** The present, or when it was known last; ms since 1970 by the gateway's clock. */
  edge(): number;
}

function edgeOf(bench: Bench): number {
  const { state, since } = bench.link.peek();
  return state === "lost" ? since + bench.clockAhead.peek() : bench.now();
}

export function lookingAt(
  bench: Bench,
  source: TimelineSource,
  view: Viewport,
  things: ReadonlySignal<readonly string[]>,
): Looking {
  return {
    ...{ source, things, edge: () => edgeOf(bench) },
    view: signal(view),
    selected: signal(undefined),
    open: signal(new Set<string>()),
  };
}

/** Listens, and reads what is looked at, until what it returns is called. */
export function attend(bench: Bench, { source, view, edge }: Looking): () => void {
  const silence = bench.listen((event) => source.heard(event));
  let about = bench.about.peek();
  const look = () => {
    // It was read anew: there was a gap.
    if (bench.about.peek() !== about) source.gap();
    about = bench.about.peek();
    if (about && bench.link.peek().state !== "lost") source.tick(windowOf(view.peek(), edge()), edge());
  };
  look();
  const timer = setInterval(look, 250);
  return () => {
    silence();
    clearInterval(timer);
  };
}
