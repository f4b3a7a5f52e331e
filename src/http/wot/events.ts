import { NotFoundError } from "../../errors.ts";
import { eventOf } from "../affordance.ts";
import { refuse } from "../answer.ts";
import { thingParams } from "../query.ts";
import type { App, View } from "../view.ts";
import { stream, wantsStream } from "./observe.ts";
import { poll } from "./poll.ts";
import { eventParams, nextQuery } from "./query.ts";

/** `/things/{thing}/events`: subscribeevent and subscribeallevents. */
export function eventRoutes(app: App, view: View): void {
  const { gateway } = view;

  app.get(
    "/things/:thing/events",
    {
      config: { scope: "read" },
      schema: { summary: "All events of a Thing as they happen, as text/event-stream", params: thingParams },
    },
    async (request, reply) => {
      const thing = gateway.thing(request.params.thing);
      if (wantsStream(request)) return stream(request, reply, view, { kind: "event", thing });
      return refuse(
        reply,
        406,
        "All events come as a stream: send Accept: text/event-stream, or ask for one event alone.",
      );
    },
  );

  app.get(
    "/things/:thing/events/:event",
    {
      config: { scope: "read" },
      schema: {
        summary: "An event as it happens, as text/event-stream, or the next one",
        params: eventParams,
        querystring: nextQuery,
      },
    },
    async (request, reply) => {
      const { event } = request.params;
      const thing = gateway.thing(request.params.thing);
      if (!eventOf(thing, event)) throw new NotFoundError(`${thing.name} has no event ${event}`);
      const watched = { kind: "event", thing, name: event } as const;
      return wantsStream(request)
        ? stream(request, reply, view, watched)
        : poll(request, reply, view, watched, request.query);
    },
  );
}
