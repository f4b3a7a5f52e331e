import type { Thing } from "../../thing/thing.ts";
import type { Coalescer } from "./coalescer.ts";

/** Tell of what Things tell: events of their drivers and states at once, properties as often as is useful. */
export function tellOfThings(things: Iterable<Thing>, events: Coalescer): void {
  for (const thing of things) {
    const { name } = thing;
    thing.observe((news) => {
      if (news.kind === "property") {
        const { name: property, value } = news;
        events.changed(`${name}.${property}`, () => ({ kind: "property", thing: name, name: property, value }));
      } else if (news.kind === "event") {
        events.tell({ kind: "event", thing: name, name: news.name, data: news.data });
      } else {
        events.tell({ kind: "thingState", thing: name, state: news.state, reason: news.reason ?? null });
      }
    });
  }
}
