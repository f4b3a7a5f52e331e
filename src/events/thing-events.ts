import type { Thing } from "../thing/thing.ts";
import type { Coalescer } from "./coalescer.ts";
import type { PropertyEvent } from "./event.ts";

/** Tell of what Things tell: events of their drivers and states at once, properties as often as is useful. */
export function tellOfThings(things: Iterable<Thing>, events: Coalescer): void {
  for (const thing of things) {
    const { name } = thing;
    thing.observe((news) => {
      if (news.kind === "property") {
        const event: PropertyEvent = { kind: "property", thing: name, name: news.name, value: news.value };
        events.changed({ key: `${name}.${news.name}`, about: name, event: () => event });
      } else if (news.kind === "event") {
        events.tell({ kind: "event", thing: name, name: news.name, data: news.data }, [name]);
      } else {
        events.tell({ kind: "thingState", thing: name, state: news.state, reason: news.reason ?? null }, [name]);
      }
    });
  }
}
