import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { BenchdError } from "../../errors.ts";
import { closed, validator } from "../../schema.ts";
import { Type } from "../../typebox.ts";
import { assertMay } from "../access/may.ts";
import { seenInvocations } from "../access/seen-invocations.ts";
import { json, originOf } from "../answer.ts";
import { cancel } from "../cancel.ts";
import { unexpectedProblem } from "../problem.ts";
import { actionParams, listQuery, terminateQuery } from "../query.ts";
import { retryAfterOf, statusOf } from "../status.ts";
import type { App, View } from "../view.ts";
import { actionEntry, actionJson } from "./action-json.ts";
import { answerPage, listFilter } from "./invocation-list.ts";

/** How long DELETE waits for the end, unless told; seconds. */
const usualTimeout = 5;

const terminateBody = validator(closed(Type.Object({ timeout: Type.Optional(Type.Number({ minimum: 0 })) })));

/** `/actions`: invocations as python-labthings told them, which came before LabThings-FastAPI. */
export function actions(app: App, view: View): void {
  app.register(async (scope: App) => {
    scope.setErrorHandler(answerAsFlask);
    routes(scope, view);
  });
}

function routes(app: App, { gateway, prefix, patience }: View): void {
  app.get(
    "/actions",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "List invocations, as python-labthings", querystring: listQuery },
    },
    async (request, reply) => {
      const base = { origin: originOf(request), prefix };
      return answerPage(
        request,
        reply,
        listFilter(request.query),
        (wanted) => seenInvocations(gateway, request.sight).list(wanted),
        (record) => actionEntry(record, base),
      );
    },
  );

  app.get(
    "/actions/:id",
    {
      config: { scope: "read", over: "invocation" },
      schema: { summary: "Poll an invocation, as python-labthings", params: actionParams },
    },
    async (request, reply) => {
      const invocation = await seenInvocations(gateway, request.sight).find(request.params.id);
      if (!invocation) return notFound(reply);
      return json(reply, 200, actionJson(invocation, { origin: originOf(request), prefix }));
    },
  );

  app.delete(
    "/actions/:id",
    {
      config: { scope: "operate", over: "invocation" },
      schema: {
        summary: "Cancel an invocation and wait for its end, as python-labthings",
        params: actionParams,
        querystring: terminateQuery,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const body = terminateBody.parse(request.body ?? {}, "what to terminate");
      const { timeout = body.timeout ?? usualTimeout } = request.query;
      const invocation = await seenInvocations(gateway, request.sight).find(id);
      if (!invocation) return notFound(reply);
      assertMay(request, "operate", invocation.thing);
      // What has ended stays as it ended, and is told.
      await cancel(gateway, id, request.principal);
      await patience.until(invocation, timeout * 1000, reply.raw, { by: request.principal.key });
      return json(reply, 200, actionJson(invocation, { origin: originOf(request), prefix }));
    },
  );
}

const notFound = (reply: FastifyReply) => refuse(reply, 404, "There is no action with this ID.");

/** The words in which python-labthings refuses. */
function refuse(reply: FastifyReply, code: number, message: string): FastifyReply {
  const name = (STATUS_CODES[code] ?? "Error").replaceAll(/\W/g, "");
  return json(reply, code, { code, message, name });
}

function answerAsFlask(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refused = "statusCode" in error && error.statusCode !== undefined && error.statusCode < 500;
  const status = refused && !(error instanceof BenchdError) ? (error.statusCode ?? 400) : statusOf(error);
  const seconds = retryAfterOf(error, status);
  if (seconds !== undefined) reply.header("retry-after", seconds);
  if (status < 500 || error instanceof BenchdError) return refuse(reply, status, error.message);
  request.log.error({ err: error, method: request.method, url: request.url }, "an unexpected error ended a request");
  return refuse(reply, 500, unexpectedProblem.detail);
}
