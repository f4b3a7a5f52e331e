import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BenchEvent } from "../../src/client/events.ts";
import { useBench } from "../bench/context.ts";
import { refusalOf } from "../bench/load.ts";
import { nextCursor } from "./pages.ts";

/** What is wanted of a list of the gateway, and when it is to be read anew. */
export interface Wanted {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | undefined>>;
  /** It is another list, then. */
  readonly changed?: (event: BenchEvent) => boolean;
  /** Read anew so often, while the page is seen; ms. Never unless told. */
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

/** After an event others may follow: they are read together. */
const gatherMs = 300;

/** A page of a list, read when what is wanted changes. What was read last stays until then. */
export function useListing<Item>({ path, query, changed, everyMs }: Wanted): Signal<Listing<Item>> {
  const bench = useBench();
  const listing = useSignal<Listing<Item>>({ items: undefined, next: undefined, failed: "", busy: true });
  const asked = JSON.stringify([path, query]);
  const live = bench.link.value.state === "live";
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let reading = false;
    const soon = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => void read(), ms);
    };
    const read = async () => {
      if (reading) return soon(gatherMs);
      if (document.hidden && listing.peek().items) return soon(everyMs ?? 1000);
      reading = true;
      listing.value = { ...listing.peek(), busy: true };
      try {
        const { body, headers } = await bench.connection.request("GET", path, { query, signal: leaving.signal });
        listing.value = { items: body as readonly Item[], next: nextCursor(headers), failed: "", busy: false };
      } catch (error) {
        if (leaving.signal.aborted) return;
        listing.value = { ...listing.peek(), failed: refusalOf(error), busy: false };
      } finally {
        reading = false;
      }
      if (everyMs !== undefined && !leaving.signal.aborted) soon(everyMs);
    };
    void read();
    const deaf = bench.listen((event) => {
      if (changed?.(event)) soon(gatherMs);
    });
    return () => {
      leaving.abort();
      clearTimeout(timer);
      deaf();
    };
  }, [bench, asked, everyMs, live]);
  return listing;
}
