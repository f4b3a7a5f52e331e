import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BenchEvent } from "../../src/client/events.ts";
import { useBench } from "../bench/context.ts";
import { refusalOf } from "../bench/load.ts";

/** What the gateway has told, and when it was told; undefined until then. */
export interface Told<Value> {
  readonly value: Value | undefined;
  /** By the gateway's clock; ms since 1970. */
  readonly at: number;
  /** Why what is there is not as it is now; empty while all is well. */
  readonly failed: string;
}

interface When {
  /** It is told otherwise, then. */
  readonly changed?: (event: BenchEvent) => boolean;
  /** Read anew so often, too; ms. */
  readonly everyMs?: number;
  /** Another number: read it anew. */
  readonly again?: number;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
}

/** Events that follow each other are one reason to read. */
const gatherMs = 300;

/** What stands at a path: read at the start, after gaps, and when an event says that it is otherwise. */
export function useTold<Value>(path: string, { changed, everyMs, again, query = {} }: When = {}): Signal<Told<Value>> {
  const bench = useBench();
  const told = useSignal<Told<Value>>({ value: undefined, at: 0, failed: "" });
  const asked = JSON.stringify(query);
  const about = bench.about.value;
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => void read(), ms);
    };
    const read = async () => {
      try {
        const value = (await bench.connection.get(path, { signal, query })) as Value;
        told.value = { value, at: bench.now(), failed: "" };
      } catch (error) {
        if (!signal.aborted) told.value = { ...told.peek(), failed: refusalOf(error) };
      }
      if (everyMs !== undefined && !signal.aborted) soon(everyMs);
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
  }, [bench, path, asked, about, again]);
  return told;
}
