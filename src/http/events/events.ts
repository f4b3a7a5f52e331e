import { attend, attendOn } from "../attend.ts";
import { eventsQuery } from "../query.ts";
import type { App, View } from "../view.ts";
import { sendEvents } from "./sse.ts";
import { Wishes } from "./wishes.ts";

/** `/events`: what happens on the bench, as it happens. */
export function events(app: App, view: View): void {
  const wishes = new Wishes();

  app.get(
    "/events",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "What happens, as it happens", querystring: eventsQuery },
    },
    async (request, reply) => {
      const { thing = [], kind = [], lastEventId } = request.query;
      const { sight } = request;
      const things = [thing].flat().map((name) => sight.thing(name));
      const kinds = [kind].flat();
      const names = things.map(({ name }) => name);
      return sendEvents(request, reply, view, {
        ...wishes.for(sight, { things: names, kinds }),
        lastEventId,
        // Who wants to hear of everything is not to have everything read.
        ...(kinds.includes("property") && {
          attend: () =>
            attendOn(view.gateway, () => attend(names.flatMap((name) => view.gateway.things.get(name) ?? []))),
        }),
      });
    },
  );
}
