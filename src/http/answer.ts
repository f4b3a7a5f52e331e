import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { NotReadyError } from "../errors.ts";
import type { Dialect } from "./dialect.ts";
import type { Problem } from "./problem.ts";

/** Answer with a JSON value. The serializer keeps Fastify from adding a charset, which JSON has none of. */
export function json(reply: FastifyReply, status: number, value: unknown, type = "application/json"): FastifyReply {
  const body = JSON.stringify(value) ?? "null";
  return reply.code(status).header("content-type", type).serializer(asItIs).send(body);
}

const asItIs = (body: string) => body;

const typeOfProblem = (dialect: Dialect) => (dialect === "wot" ? "application/problem+json" : "application/json");

/** Answer with a problem: in the Web of Things view that has a content type of its own. */
export const tellProblem = (reply: FastifyReply, problem: Problem): FastifyReply =>
  json(reply, problem.status, problem, typeOfProblem(reply.request.dialect));

/** Answer with a refusal that has no code, in the words of the view that was asked. */
export function refuse(
  reply: FastifyReply,
  status: number,
  detail: string,
  dialect = reply.request.dialect,
): FastifyReply {
  const plain = { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail };
  return json(reply, status, dialect === "wot" ? plain : { detail }, typeOfProblem(dialect));
}

export const notFound = (reply: FastifyReply) => refuse(reply, 404, "Not Found");

export function notAllowed(reply: FastifyReply, methods: readonly string[]): FastifyReply {
  return refuse(reply.header("allow", methods.join(", ")), 405, "Method Not Allowed");
}

/** Where the client found us: the Host header has been checked by then. */
export const originOf = (request: FastifyRequest): string => `http://${request.headers.host}`;

/** The system tells the address of a connection only as long as that lasts, whatever the types say. */
const addressOf = (request: FastifyRequest): string | undefined => request.ip;

/** Who asks. Until there are tokens, the address is all that is known of a client. */
export const clientOf = (request: FastifyRequest): string => addressOf(request) ?? "somebody who has gone";

/**
 * Whose keys of requests are his own. Until there are tokens it goes by the address; this machine has several. Throws
 * `NotReadyError` where nobody knows it: the same key from the same client would not be the same.
 */
export function principalOf(request: FastifyRequest): string {
  const address = addressOf(request)?.replace(/^::ffff:/i, "");
  if (address === undefined) throw new NotReadyError("the connection has ended, and nobody knows whose key this is");
  return address === "::1" || address.startsWith("127.") ? "localhost" : address;
}
