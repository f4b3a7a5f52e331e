import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { BenchdError, DefinitionError, InputError, NotFoundError, StorageError } from "../errors.ts";
import { codeField } from "../log-fields.ts";
import { json, notFound, refuse, tellProblem } from "./answer.ts";
import { isOurs } from "./dialect.ts";
import { problemIn, unexpectedProblem } from "./problem.ts";
import { type Detail, detail, details } from "./pydantic.ts";
import { retryAfterOf, statusOf } from "./status.ts";
import { inputProblem } from "./wot/input-problem.ts";

type Failure = FastifyError | BenchdError | Error;

const wantsJson = "Send the body as JSON, with the header Content-Type: application/json.";

/** Whatever was thrown, as an answer. */
export function answerError(error: Failure, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { dialect } = request;
  if (error instanceof InputError || (error instanceof NotFoundError && dialect === "labthings"))
    request.server.requestCounts.refused(error.code);
  if (error instanceof InputError) {
    if (dialect === "wot") return tellProblem(reply, inputProblem(error));
    return json(reply, 422, { detail: misfits(error, request) });
  }
  if (error instanceof NotFoundError && dialect === "labthings")
    return isOurs(request.url) ? refuse(reply, 404, error.message) : notFound(reply);
  if (error instanceof BenchdError) return answerProblem(error, request, reply);
  // Fastify's own refusals: too large, wrong content type, a length that is not kept.
  if ("statusCode" in error && error.statusCode !== undefined && error.statusCode < 500) {
    return refuse(reply, error.statusCode, error.statusCode === 415 ? wantsJson : error.message);
  }
  const about = { err: error, method: request.method, url: request.url };
  // Whoever asked has gone: what was on its way to him has ended, and nobody is told that.
  if (reply.raw.destroyed) request.log.info(about, "a client has left before his answer");
  else request.log.error(about, "an unexpected error ended a request");
  if (dialect === "wot") return refuse(reply, 500, unexpectedProblem.detail);
  return tellProblem(reply, unexpectedProblem);
}

/** Answer with a problem, of a driver's too: its own words help. `more` is told beside it. */
export function answerProblem(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  more: object = {},
): FastifyReply {
  const problem = problemIn(request.dialect, error);
  noteError(error, request);
  if (error instanceof BenchdError) request.server.requestCounts.refused(error.code);
  const seconds = retryAfterOf(error, problem.status);
  if (seconds !== undefined) reply.header("retry-after", seconds);
  return tellProblem(reply, { ...problem, ...more });
}

/** Note in the log what is not the client's doing; of what a driver threw also where it arose, which no client is told. */
export function noteError(error: Error, { log, method, url, params }: FastifyRequest): void {
  const { thing, action } = params as Readonly<Partial<Record<string, string>>>;
  const about = { thing, action, ...codeField(error), method, url };
  if (!(error instanceof BenchdError)) log.error({ err: error, ...about }, "a driver failed");
  else if (error instanceof DefinitionError) log.error({ err: error, ...about }, error.message);
  // That the disk takes nothing has been said once.
  else if (error instanceof StorageError) log.debug(about, error.message);
  else if (statusOf(error) >= 500) log.warn(about, error.message);
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
