import { createHash } from "node:crypto";
import { NotFoundError } from "../../errors.ts";
import { originOf } from "../answer.ts";
import { sendTagged, tagOfText } from "../tagged.ts";
import type { App, View } from "../view.ts";
import { directoryDescription, directoryPath } from "./directory.ts";
import { directoryQuery, urnParams } from "./query.ts";
import { descriptionType } from "./routes.ts";
import { thingId } from "./thing-id.ts";

const collectionContext = "https://www.w3.org/2022/wot/discovery";

/** `/.well-known/wot` and `/gateway/directory`: how the Things are found, as W3C WoT Discovery has it; read only. */
export function discovery(app: App, view: View): void {
  const { gateway, descriptions } = view;

  for (const url of ["/.well-known/wot", directoryPath]) {
    app.get(
      url,
      {
        config: { scope: "read", over: "visible" },
        schema: { summary: "The Thing Description of the directory of Things" },
      },
      async (request, reply) => {
        const text = JSON.stringify(directoryDescription(view, originOf(request)));
        return sendTagged(reply, { etag: tagOfText(text), text: () => text, type: descriptionType });
      },
    );
  }

  app.get(
    `${directoryPath}/things`,
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "The Thing Description of each Thing, in pages", querystring: directoryQuery },
    },
    async (request, reply) => {
      const { offset = 0, limit = Number.POSITIVE_INFINITY, format = "array" } = request.query;
      const origin = originOf(request);
      // By their ids, as the standard has them unless somebody asks for another order.
      const things = [...request.sight.things.values()]
        .map((thing) => ({ thing, id: thingId(gateway.installation, thing.name) }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const members = things.slice(offset, offset + limit).map(({ thing }) => descriptions.of(thing, origin));
      const path = (from: number) => {
        const query = new URLSearchParams({ offset: String(from), limit: String(limit), format });
        return `${directoryPath}/things?${query}`;
      };
      const next = offset + limit < things.length ? path(offset + limit) : undefined;
      const links = [
        ...(next ? [`<${next}>; rel="next"`] : []),
        // Pages fit together for as long as this is the same.
        ...(request.url.includes("?") ? [`<${directoryPath}/things>; rel="canonical"; etag="${stateOf(things)}"`] : []),
      ];
      if (links.length > 0) reply.header("link", links.join(", "));
      const array = () => `[${members.map(({ text }) => text).join(",")}]`;
      const tags = members.map(({ etag }) => etag);
      const type = "application/ld+json";
      if (format === "array") return sendTagged(reply, { etag: tagOfText(...tags), text: array, type });
      const collection = {
        "@context": collectionContext,
        "@type": "ThingCollection",
        "@id": request.url,
        total: things.length,
        ...(next && { next }),
      };
      const about = JSON.stringify(collection);
      const etag = tagOfText(about, ...tags);
      return sendTagged(reply, { etag, text: () => `${about.slice(0, -1)},"members":${array()}}`, type });
    },
  );

  app.get(
    `${directoryPath}/things/:urn`,
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "The Thing Description with an id", params: urnParams },
    },
    async (request, reply) => {
      const { urn } = request.params;
      const thing = [...request.sight.things.values()].find(({ name }) => thingId(gateway.installation, name) === urn);
      if (!thing) throw new NotFoundError(`there is no Thing with the id ${urn}`);
      const { etag, text } = descriptions.of(thing, originOf(request));
      return sendTagged(reply, { etag, text: () => text, type: descriptionType });
    },
  );
}

const stateOf = (things: readonly { readonly id: string }[]): string =>
  createHash("sha256")
    .update(things.map(({ id }) => id).join())
    .digest("base64url")
    .slice(0, 16);
