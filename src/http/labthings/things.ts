import { json, originOf } from "../answer.ts";
import { publish } from "../forms.ts";
import { thingParams } from "../query.ts";
import type { App, View } from "../view.ts";

/** `/things/`, `/thing_descriptions/` and `/{thing}/`: which Things there are, and what they offer. */
export function things(app: App, view: View): void {
  const { gateway, prefix } = view;

  app.get(
    "/things/",
    { config: { scope: "read", over: "visible" }, schema: { summary: "The URL of each Thing" } },
    async (request, reply) => {
      const origin = originOf(request);
      const urls = [...request.sight.things.keys()].map((name) => [name, `${origin}${prefix}/${name}/`]);
      return json(reply, 200, Object.fromEntries(urls));
    },
  );

  app.get(
    "/thing_descriptions/",
    { config: { scope: "read", over: "visible" }, schema: { summary: "The Thing Description of each Thing" } },
    async (request, reply) => {
      const origin = originOf(request);
      const described = [...request.sight.things].map(([name, thing]) => [name, publish(thing, view, origin)]);
      return json(reply, 200, Object.fromEntries(described));
    },
  );

  app.get(
    "/:thing/",
    { config: { scope: "read" }, schema: { summary: "The Thing Description of a Thing", params: thingParams } },
    async (request, reply) => {
      const thing = gateway.thing(request.params.thing);
      return json(reply, 200, publish(thing, view, originOf(request)));
    },
  );
}
