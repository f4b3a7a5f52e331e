import { json, originOf } from "../answer.ts";
import { publish } from "../forms.ts";
import { thingParams } from "../query.ts";
import type { App, View } from "../view.ts";
import { actionRoutes } from "./actions.ts";
import { eventRoutes } from "./events.ts";
import { propertyRoutes } from "./properties.ts";

/** The content type of a Thing Description. */
export const descriptionType = "application/td+json";

/** `/things/{thing}`: a Thing as the W3C's HTTP Basic and HTTP SSE Profiles want it. */
export function webOfThings(app: App, view: View): void {
  app.get(
    "/things/:thing",
    {
      config: { scope: "read" },
      schema: { summary: "The Thing Description of a Thing, for the Web of Things", params: thingParams },
    },
    async (request, reply) => {
      const thing = view.gateway.thing(request.params.thing);
      return json(reply, 200, publish(thing, view, originOf(request)), descriptionType);
    },
  );
  propertyRoutes(app, view);
  actionRoutes(app, view);
  eventRoutes(app, view);
}
