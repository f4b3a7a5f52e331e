import { useMemo } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { Ask } from "./ask.ts";

/** For the requests of one part of the page, one at a time. */
export function useAsk(): Ask {
  const bench = useBench();
  return useMemo(() => new Ask(bench), [bench]);
}
