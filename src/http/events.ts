import { type BenchEvent, concerns, type NumberedEvent } from "../gateway/events/event.ts";
import { eventsQuery } from "./query.ts";
import { sendEvents } from "./sse.ts";
import type { App, View } from "./view.ts";

/** `/events`: what happens on the bench, as it happens. */
export function events(app: App, view: View): void {
  const { gateway } = view;

  app.get(
    "/events",
    { config: { scope: "read" }, schema: { summary: "What happens, as it happens", querystring: eventsQuery } },
    async (request, reply) => {
      const { thing, kind, lastEventId } = request.query;
      const things = thing && [thing].flat().map((name) => gateway.thing(name).name);
      const kinds = kind && new Set([kind].flat());
      const wants = (event: BenchEvent) =>
        (!kinds || kinds.has(event.kind)) && (!things || things.some((name) => concerns(event, name)));
      return sendEvents(request, reply, view, { wants: things || kinds ? wants : everything, encode, lastEventId });
    },
  );
}

const everything = () => true;
const encode = ({ event, json }: NumberedEvent) => ({ event: event.kind, data: json });
