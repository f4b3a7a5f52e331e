import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Bench } from "./bench.ts";

export const BenchContext = createContext<Bench | undefined>(undefined);

/** The bench that the page shows. */
export function useBench(): Bench {
  const bench = useContext(BenchContext);
  if (!bench) throw new Error("there is no bench around this part of the page");
  return bench;
}
