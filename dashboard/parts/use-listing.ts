import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BenchEvent } from "../../src/client/events.ts";
import type { Bench } from "../bench/bench.ts";
import { useBench } from "../bench/context.ts";
import { refusalOf } from "../bench/load.ts";
import { nextCursor } from "./pages.ts";

/** What is wanted of a list of the gateway, and when it is to be read anew. */
export interface Wanted {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | undefined>>;
  /** It may be another list, then. */
  readonly changed?: (event: BenchEvent) => boolean;
  /** Read anew so often, while the page is seen; ms. Not unless told. */
  readonly everyMs?: number | undefined;
}

export interface Listing<Item> {
  readonly items: readonly Item[] | undefined;
  /** Of the next page, or undefined. */
  readonly next: string | undefined;
  /** Why what is there is not as it is now. */
  readonly failed: string;
  readonly busy: boolean;
}

/** However often it changes, it is looked whether to read it anew so often; ms. */
const lookEveryMs = 1000;

/** A page of a list, read when what is wanted changes. What was read last stays until then. */
export function useListing<Item>(wanted: Wanted): Signal<Listing<Item>> {
  const bench = useBench();
  const listing = useSignal<Listing<Item>>({ items: undefined, next: undefined, failed: "", busy: true });
  const asked = JSON.stringify([wanted.path, wanted.query, wanted.everyMs]);
  const live = bench.link.value.state === "live";
  useEffect(() => keepListed(bench, wanted, listing), [bench, asked, live]);
  return listing;
}

function keepListed<Item>(bench: Bench, wanted: Wanted, listing: Signal<Listing<Item>>): () => void {
  const { path, query, changed, everyMs = Number.POSITIVE_INFINITY } = wanted;
  const leaving = new AbortController();
  let [reading, stale, readAt] = [false, true, 0];
  const read = async () => {
    [reading, stale] = [true, false];
    listing.value = { ...listing.peek(), busy: true };
    try {
      const { body, headers } = await bench.connection.request("GET", path, { query, signal: leaving.signal });
      listing.value = { items: body as readonly Item[], next: nextCursor(headers), failed: "", busy: false };
    } catch (error) {
      if (!leaving.signal.aborted) listing.value = { ...listing.peek(), failed: refusalOf(error), busy: false };
    }
    [reading, readAt] = [false, performance.now()];
  };
  const look = () => {
    const old = stale || performance.now() - readAt >= everyMs;
    if (old && !reading && !document.hidden) void read();
  };
  void read();
  const timer = setInterval(look, lookEveryMs);
  const deaf = bench.listen((event) => {
    if (changed?.(event)) stale = true;
  });
  return () => {
    leaving.abort();
    clearInterval(timer);
    deaf();
  };
}
