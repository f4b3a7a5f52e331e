import { type BenchEvent, concerns, type EventKind, type NumberedEvent } from "../../gateway/events/event.ts";
import { attend } from "../attend.ts";
import { eventsQuery } from "../query.ts";
import type { App, View } from "../view.ts";
import type { Subscription } from "./event-batches.ts";
import { sendEvents } from "./sse.ts";

/** `/events`: what happens on the bench, as it happens. */
export function events(app: App, view: View): void {
  const { gateway } = view;
  const wishes = new Wishes();

  app.get(
    "/events",
    { config: { scope: "read" }, schema: { summary: "What happens, as it happens", querystring: eventsQuery } },
    async (request, reply) => {
      const { thing = [], kind = [], lastEventId } = request.query;
      const things = [thing].flat().map((name) => gateway.thing(name));
      const kinds = [kind].flat();
      const names = things.map(({ name }) => name);
      return sendEvents(request, reply, view, {
        ...{ wants: wishes.for(names, kinds), encode, lastEventId },
        // Who wants to hear of everything is not to have everything read.
        ...(kinds.includes("property") && { attend: () => attend(things) }),
      });
    },
  );
}

const encode = ({ event, json }: NumberedEvent) => ({ event: event.kind, data: json });

/** So many are remembered. */
const maxWishes = 100;

/** Those who want the same share what says so, and with it what is made for them. */
class Wishes {
  readonly #known = new Map<string, Subscription["wants"]>();

  /** An empty list is no wish. */
  for(things: readonly string[], kinds: readonly EventKind[]): Subscription["wants"] {
    const key = JSON.stringify([new Set(things), new Set(kinds)].map((all) => [...all].sort()));
    const known = this.#known.get(key);
    if (known) return known;
    const wants = (event: BenchEvent) =>
      (kinds.length === 0 || kinds.includes(event.kind)) &&
      (things.length === 0 || things.some((name) => concerns(event, name)));
    if (this.#known.size >= maxWishes) this.#known.clear();
    this.#known.set(key, wants);
    return wants;
  }
}
