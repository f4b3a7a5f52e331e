import type { FastifyReply, FastifyRequest } from "fastify";

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

/** Who asks. Until there are tokens, the address is all that is known of a client. */
export const clientOf = (request: FastifyRequest): string => request.ip;

/** Whose keys of requests are his own. Until there are tokens it goes by the address; this machine has several. */
export function principalOf(request: FastifyRequest): string {
  const address = clientOf(request).replace(/^::ffff:/i, "");
  return address === "::1" || address.startsWith("127.") ? "localhost" : address;
}
