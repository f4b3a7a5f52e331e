import { originOf } from "../answer.ts";
import { thingParams } from "../query.ts";
import { sendTagged, tagOfText } from "../tagged.ts";
import type { App, View } from "../view.ts";

/** `/things/`, `/thing_descriptions/` and `/{thing}/`: which Things there are, and what they offer. */
export function things(app: App, view: View): void {
  const { gateway, prefix, descriptions } = view;

  app.get(
    "/things/",
    { config: { scope: "read", over: "visible" }, schema: { summary: "The URL of each Thing" } },
    async (request, reply) => {
      const origin = originOf(request);
      const urls = [...request.sight.things.keys()].map((name) => [name, `${origin}${prefix}/${name}/`]);
      const text = JSON.stringify(Object.fromEntries(urls));
      return sendTagged(reply, { etag: tagOfText(text), text: () => text });
    },
  );

  app.get(
    "/thing_descriptions/",
    { config: { scope: "read", over: "visible" }, schema: { summary: "The Thing Description of each Thing" } },
    async (request, reply) => {
      const origin = originOf(request);
      const described = [...request.sight.things].map(([name, thing]) => ({ name, ...descriptions.of(thing, origin) }));
      return sendTagged(reply, {
        etag: tagOfText(...described.flatMap(({ name, etag }) => [name, etag])),
        text: () => `{${described.map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join(",")}}`,
      });
    },
  );

  app.get(
    "/:thing/",
    { config: { scope: "read" }, schema: { summary: "The Thing Description of a Thing", params: thingParams } },
    async (request, reply) => {
      const thing = gateway.thing(request.params.thing);
      const { etag, text } = descriptions.of(thing, originOf(request));
      return sendTagged(reply, { etag, text: () => text });
    },
  );
}
