import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { BenchdError, DefinitionError, InputError, NotFoundError, StorageError } from "../errors.ts";
import { json, notFound, refuse, tellProblem } from "./answer.ts";
import { problemIn, unexpectedProblem } from "./problem.ts";
import { type Detail, detail, details } from "./pydantic.ts";
import { retryAfter, statusOf } from "./status.ts";
import { inputProblem } from "./wot/input-problem.ts";

type Failure = FastifyError | BenchdError | Error;

/** Whatever was thrown, as an answer. */
export function answerError(error: Failure, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { dialect } = request;
  if (error instanceof InputError) {
    if (dialect === "wot") return tellProblem(reply, inputProblem(error));
    return json(reply, 422, { detail: misfits(error, request) });
  }
  if (error instanceof NotFoundError && dialect === "labthings") return notFound(reply);
  if (error instanceof BenchdError) return answerExpected(error, request, reply);
  // Fastify's own refusals: too large, wrong content type, a length that is not kept.
  if ("statusCode" in error && error.statusCode !== undefined && error.statusCode < 500) {
    return refuse(reply, error.statusCode, error.message);
  }
  request.log.error({ err: error, method: request.method, url: request.url }, "an unexpected error ended a request");
  if (dialect === "wot") return refuse(reply, 500, unexpectedProblem.detail);
  return tellProblem(reply, unexpectedProblem);
}

/** What a driver threw while a property was read or written: its own words help, where it arose does not. */
export function answerDriverError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.log.error({ err: error, method: request.method, url: request.url }, "a driver failed");
  return tellProblem(reply, problemIn(request.dialect, error));
}

function answerExpected(error: BenchdError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { method, url, dialect } = request;
  const status = statusOf(error, dialect);
  if (error instanceof DefinitionError) request.log.error({ err: error, method, url }, error.message);
  // That the disk takes nothing has been said once.
  else if (error instanceof StorageError) request.log.debug({ method, url, code: error.code }, error.message);
  else if (status >= 500) request.log.warn({ method, url, code: error.code }, error.message);
  if (status === 503) reply.header("retry-after", retryAfter);
  return tellProblem(reply, problemIn(dialect, error));
}

interface Judged extends InputError {
  readonly validationContext?: "querystring" | "params" | "headers" | "body";
}

function misfits(error: Judged, { body, query, params }: FastifyRequest): readonly Detail[] {
  const { issues, validationContext } = error;
  if (validationContext === "querystring") return details(issues, query, "query");
  if (validationContext === "params") return details(issues, params, "path");
  if (issues.length > 0) return details(issues, body, "body");
  // Refused by the driver or its codec, which know no fields.
  const issue = { path: "", keyword: "driver", message: error.message, params: {}, value: body };
  return [detail(issue, body ?? null, "body")];
}
