import type { JSX } from "preact";
import { useBench } from "../../bench/context.ts";

/** A Thing, made from its Thing Description alone. */
export function ThingView({ rest: [name = ""] }: { readonly rest: readonly string[] }): JSX.Element {
  const thing = useBench().things.value.get(name);
  if (!thing) return <p>There is no Thing of that name, or you may not see it.</p>;
  return <h1>{thing.title}</h1>;
}
