import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { refusalOf } from "../bench/load.ts";
import type { ThingDescription } from "../bench/shapes.ts";

export interface Descriptions {
  /** By the names of the Things; undefined until they are known. */
  readonly all: Readonly<Record<string, ThingDescription>> | undefined;
  /** Why they are not. */
  readonly failed: string | undefined;
}

const unknown: Descriptions = { all: undefined, failed: undefined };

/** The Thing Descriptions of the bench; read anew when there are other Things, or they are in another form. */
export function useDescriptions(): Descriptions {
  const bench = useBench();
  const found = useSignal(unknown);
  const ready = bench.about.value !== undefined;
  const things = [...bench.things.value.keys()].join(" ");
  const revision = bench.revision.value;
  useEffect(() => {
    if (!ready) return;
    const leaving = new AbortController();
    const prefix = bench.about.peek()?.prefix ?? "";
    bench.connection.get(`${prefix}/thing_descriptions/`, { signal: leaving.signal }).then(
      (told) => {
        found.value = { all: told as NonNullable<Descriptions["all"]>, failed: undefined };
      },
      (error: unknown) => {
        if (!leaving.signal.aborted && !found.peek().all) found.value = { all: undefined, failed: refusalOf(error) };
      },
    );
    return () => leaving.abort();
  }, [bench, ready, things, revision]);
  return found.value;
}
