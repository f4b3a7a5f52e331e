import type { FastifyReply } from "fastify";
import { blobIn } from "../../blob.ts";
import { assertMay } from "../access/may.ts";
import { seenInvocations } from "../access/seen-invocations.ts";
import { json, originOf } from "../answer.ts";
import { withHrefs } from "../blobs/blob-json.ts";
import { sendBlob } from "../blobs/blobs.ts";
import { namesTag } from "../blobs/range.ts";
import { cancel } from "../cancel.ts";
import { invocationJson } from "../invocation-json.ts";
import { invocationParams, listQuery, pollQuery } from "../query.ts";
import type { App, View } from "../view.ts";
import { listInvocations } from "./invocation-list.ts";
import { tagOf, untilChanged } from "./invocation-tag.ts";

/** `/action_invocations`: what has been asked for, how far it is, and how to end it. */
export function invocations(app: App, view: View): void {
  const { gateway, prefix, patience } = view;
  const params = invocationParams;

  app.get(
    "/action_invocations",
    { config: { scope: "read", over: "visible" }, schema: { summary: "List invocations", querystring: listQuery } },
    async (request, reply) => listInvocations(request, reply, view, request.query),
  );

  app.get(
    "/action_invocations/:id",
    {
      config: { scope: "read", over: "invocation" },
      schema: { summary: "Poll an invocation", params, querystring: pollQuery },
    },
    async (request, reply) => {
      const invocation = await seenInvocations(gateway, request.sight).find(request.params.id);
      if (!invocation) return unknown(reply, request.params.id);
      const { wait = 0, log_since = 0 } = request.query;
      const known = request.headers["if-none-match"];
      const before = tagOf(invocation);
      const isKnown = namesTag(known, before);
      const { key: by } = request.principal;
      if (known === undefined) await patience.until(invocation, wait * 1000, reply.raw, { by });
      else if (isKnown) await untilChanged(view, invocation, before, { waitMs: wait * 1000, response: reply.raw, by });
      const tag = tagOf(invocation);
      reply.header("etag", tag);
      if (isKnown && tag === before) return reply.code(304).send();
      return json(reply, 200, invocationJson(invocation, { origin: originOf(request), prefix }, log_since));
    },
  );

  app.get(
    "/action_invocations/:id/output",
    {
      config: { scope: "read", over: "invocation" },
      schema: { summary: "The output of a completed invocation", params },
    },
    async (request, reply) => {
      const invocation = await seenInvocations(gateway, request.sight).find(request.params.id);
      if (!invocation) return unknown(reply, request.params.id);
      // Falsy outputs are outputs; only an action that promises none has none.
      if (invocation.status === "completed" && invocation.output !== undefined) {
        const blob = blobIn(invocation.output);
        if (blob) return sendBlob(request, reply, view, blob["benchd:blob"]);
        return json(reply, 200, withHrefs(invocation.output, { origin: originOf(request), prefix }));
      }
      return json(reply, 503, { detail: "No result is available for this invocation" });
    },
  );

  app.delete(
    "/action_invocations/:id",
    { config: { scope: "operate", over: "invocation" }, schema: { summary: "Cancel an invocation", params } },
    async (request, reply) => {
      const { id } = request.params;
      const invocation = await seenInvocations(gateway, request.sight).find(id);
      if (!invocation) return unknown(reply, id);
      assertMay(request, "operate", invocation.thing);
      if (await cancel(gateway, id, request.principal)) return json(reply, 200, null);
      return json(reply, 409, { detail: `The invocation is ${invocation.status} and may not be cancelled.` });
    },
  );
}

const unknown = (reply: FastifyReply, id: string) =>
  json(reply, 404, { detail: `No action invocation found with ID ${id}` });
