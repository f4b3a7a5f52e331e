import { streamOf } from "../affordance.ts";
import { notFound } from "../answer.ts";
import { html } from "../gateway/html.ts";
import { affordanceParams } from "../query.ts";
import type { App, View } from "../view.ts";

/** The page has one picture, which comes from us, and nothing else. */
const policy = "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `/{thing}/{stream}/viewer`: a stream of pictures as a page, as LabThings has it. */
export function viewer(app: App, { gateway, prefix }: View): void {
  app.get(
    "/:thing/:affordance/viewer",
    { config: { scope: "read" }, schema: { summary: "A stream of pictures, as a page", params: affordanceParams } },
    async (request, reply) => {
      const { thing: name, affordance } = request.params;
      const thing = gateway.thing(name);
      const stream = streamOf(thing, affordance);
      if (!stream?.contentType.startsWith("image/")) return notFound(reply);
      const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${thing.title}: ${stream.title}</title></head>
<body><img src="${prefix}/${name}/${affordance}" alt="${stream.title}"></body>
</html>
`;
      return reply.header("content-security-policy", policy).type("text/html; charset=utf-8").send(page.text);
    },
  );
}
