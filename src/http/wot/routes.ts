import { originOf } from "../answer.ts";
import { thingParams } from "../query.ts";
import { sendTagged } from "../tagged.ts";
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
      const { etag, text } = view.descriptions.of(thing, originOf(request));
      return sendTagged(reply, { etag, text: () => text, type: descriptionType });
    },
  );
  propertyRoutes(app, view);
  actionRoutes(app, view);
  eventRoutes(app, view);
}
