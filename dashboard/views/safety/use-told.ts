import { type Signal, useSignal } from "@preact/signals";
import { useCallback, useEffect } from "preact/hooks";
import type { BenchEvent } from "../../../src/client/events.ts";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";

interface Told<T> {
  /** As it was read last; undefined until then. */
  readonly value: T | undefined;
  /** Why it is not as it is now. */
  readonly failed: string;
}

/** An event may be the first of several; what it tells of is read so long after it, and after so long anyway; ms. */
const [soonMs, anewMs] = [250, 5000];

/** What is at `path`, read when one of those events comes, and every now and then; and how to have it read now. */
export function useTold<T>(path: string, kind: BenchEvent["kind"]): readonly [told: Signal<Told<T>>, read: () => void] {
  const bench = useBench();
  const told = useSignal<Told<T>>({ value: undefined, failed: "" });
  const live = bench.link.value.state === "live";
  const read = useCallback(async () => {
    try {
      told.value = { value: (await bench.connection.get(path)) as T, failed: "" };
    } catch (error) {
      told.value = { ...told.peek(), failed: refusalOf(error) };
    }
  }, [bench, path, told]);
  useEffect(() => {
    if (!live) return;
    void read();
    let soon: ReturnType<typeof setTimeout> | undefined;
    const anew = setInterval(() => document.hidden || void read(), anewMs);
    const deaf = bench.listen((event) => {
      if (event.kind !== kind) return;
      clearTimeout(soon);
      soon = setTimeout(() => void read(), soonMs);
    });
    return () => {
      clearTimeout(soon);
      clearInterval(anew);
      deaf();
    };
  }, [bench, live, kind, read]);
  return [told, () => void read()];
}
