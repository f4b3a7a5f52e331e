import type { FastifyReply, FastifyRequest } from "fastify";
import { NotReadyError } from "../errors.ts";

/** Answer with a JSON value. The serializer keeps Fastify from adding a charset, which JSON has none of. */
export function json(reply: FastifyReply, status: number, value: unknown): FastifyReply {
  const body = JSON.stringify(value) ?? "null";
  return reply.code(status).header("content-type", "application/json").serializer(asItIs).send(body);
}

const asItIs = (body: string) => body;

export const notFound = (reply: FastifyReply) => json(reply, 404, { detail: "Not Found" });

export function notAllowed(reply: FastifyReply, methods: readonly string[]): FastifyReply {
  return json(reply.header("allow", methods.join(", ")), 405, { detail: "Method Not Allowed" });
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
